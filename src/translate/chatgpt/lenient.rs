//! Members that may have a value of any kind, of which one kind is read.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize as _, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::translate::hub::ResponseMembers;

/// What a member is expected to hold.
pub(super) trait Expected<'de>: Sized {
    /// From a text.
    fn from_text(_: Cow<'de, str>) -> Option<Self> {
        None
    }

    /// From a number.
    fn from_number(_: u64) -> Option<Self> {
        None
    }

    /// From an object.
    fn from_object<A: MapAccess<'de>>(mut members: A) -> Result<Option<Self>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de> Expected<'de> for Cow<'de, str> {
    fn from_text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }
}

impl Expected<'_> for u32 {
    fn from_number(number: u64) -> Option<Self> {
        number.try_into().ok()
    }
}

impl<'de> Expected<'de> for ResponseMembers<'de> {
    fn from_object<A: MapAccess<'de>>(members: A) -> Result<Option<Self>, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(members)).map(Some)
    }
}

/// Reads a value; nothing when it is of another kind.
///
/// # Errors
///
/// Only what is wrong with the JSON itself.
pub(super) fn lenient<'de, D: Deserializer<'de>, T: Expected<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_any(Lenient(PhantomData))
}

struct Lenient<T>(PhantomData<T>);

impl<'de, T: Expected<'de>> Visitor<'de> for Lenient<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        T::from_object(members)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(T::from_number(number))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(T::from_text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(T::from_text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Members {
        #[serde(default, deserialize_with = "lenient")]
        index: Option<u32>,
        after: u32,
    }

    #[test]
    fn a_value_of_another_kind_counts_as_absent() {
        for other in ["null", "-1", "4294967296", "1.5", "true", r#""1""#, r#"[1, {"a": []}]"#, r#"{"a": [1]}"#] {
            let read: Members = serde_json::from_str(&format!(r#"{{"index": {other}, "after": 2}}"#)).unwrap();
            assert_eq!(read, Members { index: None, after: 2 }, "{other}");
        }
        let read: Members = serde_json::from_str(r#"{"index": 1, "after": 2}"#).unwrap();
        assert_eq!(read, Members { index: Some(1), after: 2 });
        assert!(serde_json::from_str::<Members>(r#"{"index": [1, "after": 2}"#).is_err());
    }
}
