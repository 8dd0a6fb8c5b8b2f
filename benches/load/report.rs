//! The table of figures.

/// Writes figures as they are measured.
pub(crate) struct Report(());

impl Report {
    /// Writes the heading.
    pub(crate) fn new() -> Self {
        println!("{:<58} {:>12} {:>12} {:>8}  target", "", "reference", "relay", "ratio");
        Self(())
    }

    /// A figure that is compared with the reference's; `most` is the largest ratio that is good, where one is set.
    pub(crate) fn ratio(&mut self, name: &str, unit: &str, reference: f64, relay: f64, most: Option<f64>) {
        let ratio = relay / reference;
        let target = most.map(|most| format!("at most {most}{}", missed(ratio > most))).unwrap_or_default();
        println!("{:<58} {reference:>12.2} {relay:>12.2} {ratio:>8.2}  {target}", format!("{name}, {unit}"));
    }

    /// A figure that stands for itself, with the reference's beside it where there is one.
    pub(crate) fn figure(&mut self, name: &str, unit: &str, reference: Option<f64>, relay: f64, most: Option<f64>) {
        let reference = reference.map(|reference| format!("{reference:.2}")).unwrap_or_default();
        let target = most.map(|most| format!("at most {most} {unit}{}", missed(relay > most))).unwrap_or_default();
        println!("{:<58} {reference:>12} {relay:>12.2} {:>8}  {target}", format!("{name}, {unit}"), "");
    }
}

fn missed(is_missed: bool) -> &'static str {
    if is_missed { " MISSED" } else { "" }
}

/// The one in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
