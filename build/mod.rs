//! The generator: `schemas/` in, code and documents out.
//!
//! Steps, one file each: [`load`] reads and merges, [`check`] enforces the authoring rules, [`boundary`] reads verdict rows, [`shape`] lays rows over schemas and
//! proves that none is missing, then [`models`], [`validators`], [`tables`], [`router`], [`clients`], [`openapi`] and [`matrix`] each make one kind of output and [`write`] writes it.

mod boundary;
mod check;
mod clients;
mod load;
mod matrix;
mod models;
mod openapi;
mod router;
mod shape;
mod tables;
mod validators;
mod write;

use std::path::Path;

/// Everything wrong with the contract, one line each with file and pointer.
pub(crate) type Problems = Vec<String>;

/// Runs all steps; reports every problem of a step before giving up.
pub(crate) fn run(schemas: &Path, out: &Path) -> Result<(), Problems> {
    let contract = load::load(schemas)?;
    check::check(&contract)?;
    let boundaries = boundary::read(&contract)?;
    let plan = shape::plan(&contract, &boundaries)?;

    let mut output = write::Output::new(out);
    output.code("models.rs", "schemas/openai/*.json", models::emit(&contract, &plan)?)?;
    output.code(
        "validators.rs",
        "schemas/openai/*.json and schemas/upstream/*/wire.json",
        validators::emit(&contract, &plan)?,
    )?;
    output.code(
        "tables.rs",
        "schemas/openai/*.json and schemas/upstream/*/boundary.json",
        tables::emit(&contract, &boundaries, &plan)?,
    )?;
    output.code("router.rs", "schemas/openai/*.json", router::emit(&contract, &boundaries))?;
    for vendor in &contract.vendors {
        if let Some(client) = &vendor.client {
            let source = format!("schemas/upstream/{}/client.json", vendor.name);
            output.code(&format!("upstream_{}.rs", vendor.name), &source, clients::emit(&vendor.name, client)?)?;
        }
    }
    let matrix = matrix::build(&contract, &boundaries);
    output.json("openapi.json", &openapi::build(&contract, &boundaries, &plan))?;
    output.json("compatibility.json", &matrix)?;
    output.json("rejections.json", &matrix::rejections(&matrix))?;
    output.text("compatibility.md", &matrix::markdown(&matrix))?;
    Ok(())
}
