//! Settings with a fixed list of values.

/// Declares an enum whose variants have a name in configuration, environment and flags: `NAMES`, `name()`, `parse()`, serde by name.
macro_rules! choice {
    ($(#[$doc:meta])* $type:ident { $( $(#[$variant_doc:meta])* $variant:ident = $name:literal, )+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $type {
            $( $(#[$variant_doc])* #[serde(rename = $name)] $variant, )+
        }

        impl $type {
            /// Every value's name, in the order it is documented.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The name used in configuration, flags and output.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $( Self::$variant => $name, )+
                }
            }

            /// The value of that name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $( $name => Some(Self::$variant), )+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.name())
            }
        }
    };
}

pub(super) use choice;
