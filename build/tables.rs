//! Operations, verdict rows, body shapes and wire tables as `static` data.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use crate::generator::Problems;
use crate::generator::boundary::{Boundary, OperationBoundary, Row, Verdict};
use crate::generator::load::{Contract, Operation, OperationAccess, Vendor};
use crate::generator::models::pascal;
use crate::generator::shape::{Edge, Plan, Shape};

/// Emits `tables.rs`.
pub(crate) fn emit(contract: &Contract, boundaries: &[Boundary], plan: &Plan) -> Result<TokenStream, Problems> {
    let operations = contract.operations.iter().map(operation);
    let shared = plan.shared.iter().map(|(name, shape)| {
        let (ident, shape) = (shared_ident(name), shape_tokens(shape));
        quote! { static #ident: Shape = #shape; }
    });
    let boundary_tables = boundaries.iter().map(|boundary| {
        let rows = boundary.operations.iter().map(|operation| operation_row(boundary, operation, plan));
        let (vendor, title) = (&boundary.vendor, &boundary.title);
        quote! { Boundary { vendor: #vendor, title: #title, operations: &[#(#rows),*] } }
    });
    let mut wires = Vec::new();
    for vendor in &contract.vendors {
        if let Some(wire) = &vendor.wire {
            wires.push(wire_tables(vendor, wire)?);
        }
    }
    Ok(quote! {
        use super::table::{Access, Boundary, Edge, Field, JsonType, Literal, Operation, OperationRow, Row, Shape, Unknown, Verdict};
        use super::wire::{ErrorClass, ErrorRow, EventClass, EventRow};

        /// Every operation of the client-facing surface, the ones no backend serves included.
        pub static OPERATIONS: &[Operation] = &[#(#operations),*];
        /// What each vendor says of them.
        pub static BOUNDARIES: &[Boundary] = &[#(#boundary_tables),*];
        #(#shared)*
        #(#wires)*
    })
}

fn operation(operation: &Operation) -> TokenStream {
    let Operation { id, method, path, summary, relay, .. } = operation;
    let mounts = relay.mounts();
    let access = match relay.access {
        OperationAccess::Public => quote!(Access::Public),
        OperationAccess::Bearer => quote!(Access::Bearer),
    };
    let published_as = option(relay.published_as.as_deref());
    quote! {
        Operation { id: #id, method: #method, path: #path, mounts: &[#(#mounts),*], access: #access, published_as: #published_as, summary: #summary }
    }
}

fn operation_row(boundary: &Boundary, operation: &OperationBoundary, plan: &Plan) -> TokenStream {
    let OperationBoundary { id, supported, status, reason, evidence, verified, .. } = operation;
    let instead = option(operation.instead.as_deref());
    let rows = operation.rows.iter().map(row);
    let no_tools = operation.no_tools().iter().enumerate().filter_map(|(offset, row)| {
        let base = index(operation.fields().iter().position(|base| base.pointer == row.pointer)?);
        let instead = index(operation.no_tools_from + offset);
        Some(quote! { (#base, #instead) })
    });
    let body = match plan.bodies.get(&(boundary.vendor.clone(), id.clone())) {
        Some(shape) => {
            let shape = shape_tokens(shape);
            quote!(Some(&#shape))
        }
        None => quote!(None),
    };
    quote! {
        OperationRow {
            operation: #id, supported: #supported, status: #status, reason: #reason, instead: #instead, evidence: #evidence,
            verified: #verified, rows: &[#(#rows),*], no_tools: &[#(#no_tools),*], body: #body,
        }
    }
}

fn row(row: &Row) -> TokenStream {
    let (pointer, content) = (&row.pointer, &row.content);
    let (verdict, lenient) = (verdict(content.verdict), verdict(content.lenient.unwrap_or(content.verdict)));
    let (to, instead) = (option(content.to.as_deref()), option(content.instead.as_deref()));
    let status = content.status.unwrap_or(422);
    let code = content.code.as_deref().unwrap_or("unsupported_parameter");
    let reason = content.reason.as_deref().unwrap_or_default();
    let accept = content.accept.iter().map(literal);
    let only = content.only.iter().map(literal);
    let max_items = match content.max_items {
        Some(most) => quote!(Some(#most)),
        None => quote!(None),
    };
    let (evidence, verified) = (&content.evidence, &content.verified);
    quote! {
        Row {
            pointer: #pointer, verdict: #verdict, lenient: #lenient, to: #to, status: #status, code: #code, reason: #reason, instead: #instead,
            accept: &[#(#accept),*], only: &[#(#only),*], max_items: #max_items, evidence: #evidence, verified: #verified,
        }
    }
}

fn verdict(verdict: Verdict) -> TokenStream {
    match verdict {
        Verdict::Pass => quote!(Verdict::Pass),
        Verdict::Adapt => quote!(Verdict::Adapt),
        Verdict::Local => quote!(Verdict::Local),
        Verdict::Drop => quote!(Verdict::Drop),
        Verdict::Reject => quote!(Verdict::Reject),
    }
}

fn literal(value: &Value) -> TokenStream {
    match value {
        Value::Bool(value) => quote!(Literal::Bool(#value)),
        Value::Number(value) => {
            let value = value.as_f64().unwrap_or_default();
            quote!(Literal::Number(#value))
        }
        Value::String(value) => quote!(Literal::Text(#value)),
        Value::Array(values) => {
            let values = values.iter().map(literal);
            quote!(Literal::List(&[#(#values),*]))
        }
        Value::Object(_) | Value::Null => quote!(Literal::EmptyObject),
    }
}

fn shape_tokens(shape: &Shape) -> TokenStream {
    match shape {
        Shape::Any => quote!(Shape::Any),
        Shape::Scalar => quote!(Shape::Scalar),
        Shape::Values(values) => {
            let values = values.iter().map(|(value, row)| {
                let row = index(*row);
                quote!((#value, #row))
            });
            quote!(Shape::Values(&[#(#values),*]))
        }
        Shape::Object { unknown, fields } => {
            let unknown = format_ident!("{}", pascal(unknown));
            let fields = fields.iter().map(|(name, field)| {
                let edge = edge(field);
                quote!(Field { name: #name, edge: #edge })
            });
            quote!(Shape::Object { unknown: Unknown::#unknown, fields: &[#(#fields),*] })
        }
        Shape::Array(items) => {
            let items = edge(items);
            quote!(Shape::Array(&#items))
        }
        Shape::Tagged { tag, default, arms } => {
            let default = option(default.as_deref());
            let arms = arms.iter().map(|(value, arm)| {
                let arm = edge(arm);
                quote!((#value, #arm))
            });
            quote!(Shape::Tagged { tag: #tag, default: #default, arms: &[#(#arms),*] })
        }
        Shape::ByType(arms) => {
            let arms = arms.iter().map(|(kind, arm)| {
                let (kind, arm) = (format_ident!("{}", pascal(kind)), edge(arm));
                quote!((JsonType::#kind, #arm))
            });
            quote!(Shape::ByType(&[#(#arms),*]))
        }
        Shape::Shared(name) => {
            let ident = shared_ident(name);
            quote!(Shape::Shared(&#ident))
        }
    }
}

fn edge(edge: &Edge) -> TokenStream {
    let row = match edge.row {
        Some(row) => {
            let row = index(row);
            quote!(Some(#row))
        }
        None => quote!(None),
    };
    let shape = shape_tokens(&edge.shape);
    quote!(Edge { row: #row, shape: &#shape })
}

/// Row indices are 16 bits wide in the tables.
fn index(row: usize) -> u16 {
    u16::try_from(row).unwrap_or(u16::MAX)
}

fn option(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}

fn shared_ident(name: &str) -> Ident {
    let mut ident = String::from("SHAPE");
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            ident.push('_');
        }
        ident.push(c.to_ascii_uppercase());
    }
    format_ident!("{ident}")
}

fn wire_tables(vendor: &Vendor, wire: &Value) -> Result<TokenStream, Problems> {
    let file = format!("schemas/upstream/{}/wire.json", vendor.name);
    let mut problems = Vec::new();
    let prefix = vendor.name.to_ascii_uppercase();
    let word = |row: &Value, key: &str, at: &str, problems: &mut Problems| {
        row.get(key).and_then(Value::as_str).map(pascal).unwrap_or_else(|| {
            problems.push(format!("{file}#{at}: has no `{key}`"));
            "Missing".to_owned()
        })
    };
    let mut events = Vec::new();
    for (kind, event) in wire["events"].as_object().into_iter().flatten() {
        let at = format!("/events/{kind}");
        let (public, class) =
            (event["audience"] == "public", format_ident!("{}", word(event, "class", &at, &mut problems)));
        let members =
            ["required", "optional"].into_iter().flat_map(|list| event[list].as_array().into_iter().flatten());
        let members = members.filter_map(Value::as_str);
        events.push(
            quote! { EventRow { kind: #kind, public: #public, class: EventClass::#class, members: &[#(#members),*] } },
        );
    }
    let mut errors = Vec::new();
    for (code, error) in wire["error_codes"].as_object().into_iter().flatten() {
        let at = format!("/error_codes/{code}");
        let class = format_ident!("{}", word(error, "class", &at, &mut problems));
        let (Some(status), Some(kind), Some(retry)) = (
            error["status"].as_u64().and_then(|status| u16::try_from(status).ok()),
            error["type"].as_str(),
            error["retry"].as_bool(),
        ) else {
            problems.push(format!("{file}#{at}: needs `status`, `type` and `retry`"));
            continue;
        };
        errors.push(
            quote! { ErrorRow { code: #code, class: ErrorClass::#class, status: #status, kind: #kind, retry: #retry } },
        );
    }
    let names = |pointer: &str| -> Vec<String> {
        match wire.pointer(pointer) {
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::Object(names)) => names.keys().cloned().collect(),
            _ => Vec::new(),
        }
    };
    let (response_members, usage_members) = (names("/private_members/response"), names("/private_members/usage"));
    let (event_members, prefixes) = (names("/private_members/event"), names("/private_prefixes"));
    let known = ["event_members", "response_members", "response_headers"].map(|list| {
        let (known, ident) =
            (names(&format!("/{list}/names")), format_ident!("{prefix}_{}", list.to_ascii_uppercase()));
        let about = wire[list]["description"].as_str().unwrap_or_default();
        quote! {
            #[doc = #about]
            pub static #ident: &[&str] = &[#(#known),*];
        }
    });
    let fallback = wire["models_fallback"].to_string();
    let (events_ident, errors_ident) = (format_ident!("{prefix}_EVENTS"), format_ident!("{prefix}_ERRORS"));
    let members_ident = |of: &str| format_ident!("{prefix}_PRIVATE_{of}_MEMBERS");
    let (response_ident, usage_ident, event_ident) =
        (members_ident("RESPONSE"), members_ident("USAGE"), members_ident("EVENT"));
    let prefixes_ident = format_ident!("{prefix}_PRIVATE_PREFIXES");
    let fallback_ident = format_ident!("{prefix}_MODELS_FALLBACK");
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(quote! {
        /// Event types of the vendor's stream.
        pub static #events_ident: &[EventRow] = &[#(#events),*];
        /// Error codes and error types of the vendor.
        pub static #errors_ident: &[ErrorRow] = &[#(#errors),*];
        /// Members of a response object that are the vendor's own business.
        pub static #response_ident: &[&str] = &[#(#response_members),*];
        /// Members of `usage` that are the vendor's own business.
        pub static #usage_ident: &[&str] = &[#(#usage_members),*];
        /// Members of any event that are the vendor's own business.
        pub static #event_ident: &[&str] = &[#(#event_members),*];
        #(#known)*
        /// Event types with these beginnings are the vendor's own business.
        pub static #prefixes_ident: &[&str] = &[#(#prefixes),*];
        /// The model list used when the vendor's cannot be had, as JSON.
        pub static #fallback_ident: &str = #fallback;
    })
}
