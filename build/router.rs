//! The trait the HTTP layer implements, one method per supported operation, and the axum router that calls it.
//!
//! A supported operation without a method, or a method without an operation, does not compile.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::generator::boundary::Boundary;
use crate::generator::load::{Contract, Operation};

/// Emits `router.rs`.
pub(crate) fn emit(contract: &Contract, boundaries: &[Boundary]) -> TokenStream {
    let is_supported = |operation: &Operation| {
        boundaries.iter().any(|boundary| boundary.operation(&operation.id).is_some_and(|row| row.supported))
    };
    let methods = contract.operations.iter().filter(|operation| is_supported(operation)).map(method);

    let mut paths: BTreeMap<String, Vec<TokenStream>> = BTreeMap::new();
    for (index, operation) in contract.operations.iter().enumerate() {
        for (mount, path) in mounted(operation) {
            let handler =
                if is_supported(operation) { served(operation, index, &mount) } else { unserved(operation, index) };
            paths.entry(path).or_default().push(handler);
        }
    }
    let routes = paths.into_iter().map(|(path, handlers)| quote! { .route(#path, MethodRouter::new() #(#handlers)*) });
    quote! {
        use std::future::Future;
        use std::sync::Arc;

        use axum::extract::{Path, State};
        use axum::routing::{MethodFilter, MethodRouter};

        use crate::contract::{models, tables};
        use crate::http::call::{self, Call, Reply};

        /// Everything a backend serves, one method per operation.
        pub trait Relay: call::Site {
            #(#methods)*
        }

        /// Every operation of the contract, routed: to a method of [`Relay`] where a backend serves it, to a 501 where none does.
        pub fn routes<R: Relay>() -> axum::Router<Arc<R>> {
            axum::Router::new() #(#routes)*
        }
    }
}

fn parameters(operation: &Operation) -> Vec<String> {
    operation.path.split('/').filter_map(|step| Some(step.strip_prefix('{')?.strip_suffix('}')?.to_owned())).collect()
}

fn method(operation: &Operation) -> TokenStream {
    let ident = format_ident!("{}", operation.id);
    let doc = format!("`{} {}`: {}", operation.method, operation.path, operation.summary);
    let parameters = parameters(operation).into_iter().map(|name| {
        let name = format_ident!("{name}");
        quote! { #name: String, }
    });
    if operation.relay.messages.is_some() {
        return quote! {
            #[doc = #doc]
            fn #ident(self: Arc<Self>, call: Call, #(#parameters)* opening: call::Opening) -> impl Future<Output = Reply> + Send;
        };
    }
    let body = operation.body.as_ref().map(|body| {
        let body = format_ident!("{body}");
        quote! { request: models::#body, }
    });
    quote! {
        #[doc = #doc]
        fn #ident(&self, call: Call, #(#parameters)* #body) -> impl Future<Output = Reply> + Send;
    }
}

/// The mount and the full path under it, for every mount.
fn mounted(operation: &Operation) -> Vec<(String, String)> {
    match operation.path.strip_prefix("/v1/") {
        Some(rest) => {
            operation.relay.mounts().into_iter().map(|mount| (mount.clone(), format!("{mount}/{rest}"))).collect()
        }
        None => vec![(String::new(), operation.path.clone())],
    }
}

fn served(operation: &Operation, index: usize, mount: &str) -> TokenStream {
    let (filter, ident) = (format_ident!("{}", operation.method), format_ident!("{}", operation.id));
    let names: Vec<_> = parameters(operation).into_iter().map(|name| format_ident!("{name}")).collect();
    let path = match names.as_slice() {
        [] => quote!(),
        [name] => quote! { Path(#name): Path<String>, },
        names => {
            let types = names.iter().map(|_| quote!(String));
            quote! { Path((#(#names),*)): Path<(#(#types),*)>, }
        }
    };
    let no_tools = mount.contains("no-tools");
    let run = match &operation.body {
        Some(_) if operation.relay.messages.is_some() => {
            quote! { call::with_socket(&relay, &tables::OPERATIONS[#index], #no_tools, request, |call, opening| Arc::clone(&relay).#ident(call, #(#names,)* opening)).await }
        }
        Some(_) => {
            quote! { call::with_body(&relay, &tables::OPERATIONS[#index], #no_tools, request, |call, body| relay.#ident(call, #(#names,)* body)).await }
        }
        None => {
            quote! { call::without_body(&relay, &tables::OPERATIONS[#index], request, |call| relay.#ident(call, #(#names),*)).await }
        }
    };
    quote! {
        .on(MethodFilter::#filter, |State(relay): State<Arc<R>>, #path request: axum::extract::Request| async move { #run })
    }
}

fn unserved(operation: &Operation, index: usize) -> TokenStream {
    let filter = format_ident!("{}", operation.method);
    quote! { .on(MethodFilter::#filter, |State(relay): State<Arc<R>>| async move { call::unsupported(relay.as_ref(), &tables::OPERATIONS[#index]) }) }
}
