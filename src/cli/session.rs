//! What a subcommand works with: the global options, the environment, and the printer.

use super::options::GlobalOptions;
use super::printer::Printer;
use crate::config::{Config, Environment, Loaded, RawConfig, Warning};

/// What a subcommand works with.
pub struct Session<'a> {
    /// The options given before or after the subcommand's name.
    pub global: GlobalOptions,
    /// Where variables come from.
    pub environment: &'a dyn Environment,
    /// Where output goes.
    pub printer: Printer,
}

impl Session<'_> {
    /// The configuration with a subcommand's own flags on top; what is odd about it is told.
    ///
    /// # Errors
    ///
    /// [`ConfigError`](crate::config::ConfigError), or a failure to write.
    pub fn config(&mut self, overrides: RawConfig) -> anyhow::Result<Config> {
        let Loaded { config, warnings } = self.load(overrides)?;
        self.tell(&warnings)?;
        Ok(config)
    }

    /// The same, without telling.
    pub(super) fn load(&self, overrides: RawConfig) -> anyhow::Result<Loaded> {
        let flags = overrides.or(self.global.overrides());
        Ok(Config::load(flags, self.global.config.as_deref(), self.environment)?)
    }

    pub(super) fn tell(&mut self, warnings: &[Warning]) -> std::io::Result<()> {
        warnings.iter().try_for_each(|warning| self.printer.warning(warning))
    }
}
