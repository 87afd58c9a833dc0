//! One recording, with access that says what is missing, mistyped or unknown.

use serde_json::Value;

/// A recording.
pub(super) struct Vector {
    /// What was recorded: picks the converter.
    pub(super) system: String,
    /// Which version of it.
    pub(super) version: String,
    /// What was asked of it.
    pub(super) parameters: Value,
    /// What it did.
    pub(super) observed: Value,
}

impl Vector {
    /// Reads a file's text.
    pub(super) fn parse(name: &str, json: &str) -> Result<Self, String> {
        let file: Value = serde_json::from_str(json).map_err(|why| format!("{name}: {why}"))?;
        Ok(Vector {
            system: text(&file, "system")?.to_owned(),
            version: text(&file, "version")?.to_owned(),
            parameters: file["parameters"].clone(),
            observed: file["observed"].clone(),
        })
    }

    /// Fails if there is a parameter that the converter would pass over. `program` repeats the system.
    pub(super) fn knows(&self, known: &[&str]) -> Result<(), String> {
        knows(&self.parameters, &[known, &["program"]].concat())
    }

    /// A whole number among the parameters.
    pub(super) fn whole(&self, key: &str) -> Result<i64, String> {
        whole(&self.parameters, key)
    }

    /// The first of these parameters that is there: recorders named the same thing differently.
    pub(super) fn whole_of(&self, keys: &[&str]) -> Result<i64, String> {
        self.optional_of(keys)?
            .ok_or_else(|| format!("none of the parameters {keys:?} is there"))
    }

    /// The same, if one is there at all.
    pub(super) fn optional_of(&self, keys: &[&str]) -> Result<Option<i64>, String> {
        let there = keys.iter().find(|&&key| !self.parameters[key].is_null());
        there.map(|key| self.whole(key)).transpose()
    }

    /// A truth among the parameters, or what it is when not said.
    pub(super) fn flag(&self, key: &str, unsaid: bool) -> bool {
        self.parameters[key].as_bool().unwrap_or(unsaid)
    }

    /// A list of numbers among the parameters; a number alone is a list of one.
    pub(super) fn numbers(&self, key: &str) -> Result<Vec<f64>, String> {
        let value = &self.parameters[key];
        let list = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        list.iter()
            .map(|number| {
                number
                    .as_f64()
                    .ok_or_else(|| format!("`{key}` is {value}, not numbers"))
            })
            .collect()
    }
}

/// Fails if the object has another key than these.
pub(super) fn knows(object: &Value, known: &[&str]) -> Result<(), String> {
    let keys = object.as_object().into_iter().flatten();
    let unknown: Vec<&str> = keys
        .map(|(key, _)| key.as_str())
        .filter(|key| !known.contains(key))
        .collect();
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "the converter knows {known:?}, but not {unknown:?}"
        ))
    }
}

/// A whole number of an object.
pub(super) fn whole(object: &Value, key: &str) -> Result<i64, String> {
    object[key]
        .as_i64()
        .ok_or_else(|| format!("`{key}` is {}, not a whole number", object[key]))
}

/// A text of an object.
pub(super) fn text<'a>(object: &'a Value, key: &str) -> Result<&'a str, String> {
    object[key]
        .as_str()
        .ok_or_else(|| format!("`{key}` is {}, not a text", object[key]))
}
