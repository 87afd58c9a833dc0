//! Plain data to plain JavaScript: structs and maps become objects, lists arrays, numbers numbers, what is missing `null`.
//!
//! serde-wasm-bindgen does this for every shape of data there is; ours has six, and each field of a report costs a call here where it
//! cost an inlined check there: 5 KB of the wasm file. No data of ours has another shape: that would be a fault of this crate.

use js_sys::{Array, Object, Reflect};
use serde::ser::{self, Impossible, Serialize};
use wasm_bindgen::{JsCast, JsValue};

/// A value of data as a value of JavaScript.
pub(super) fn plain<T: Serialize + ?Sized>(value: &T) -> JsValue {
    let Ok(value) = value.serialize(Plain);
    value
}

/// What does not happen. There being no such value, nobody looks whether there is one.
#[derive(Debug)]
enum Never {}

impl std::fmt::Display for Never {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        unreachable!("no data of ours refuses to be written: {message}")
    }
}

type Written = Result<JsValue, Never>;

struct Plain;

/// Whole numbers cross as doubles: a seed or count above 2^53 loses its last digits.
macro_rules! numbers {
    ($($name:ident: $number:ty),*) => {
        $(fn $name(self, value: $number) -> Written {
            Ok(JsValue::from_f64(value as f64))
        })*
    };
}

/// Shapes that our data has not.
macro_rules! missing {
    ($($name:ident($($argument:ty),*) -> $answer:ty),* $(,)?) => {
        $(fn $name(self, $(_: $argument),*) -> Result<$answer, Never> {
            not_ours()
        })*
    };
}

fn not_ours() -> ! {
    unreachable!("no data of ours has this shape")
}

impl ser::Serializer for Plain {
    type Ok = JsValue;
    type Error = Never;
    type SerializeSeq = Elements;
    type SerializeTuple = Impossible<JsValue, Never>;
    type SerializeTupleStruct = Impossible<JsValue, Never>;
    type SerializeTupleVariant = Impossible<JsValue, Never>;
    type SerializeMap = Fields;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Impossible<JsValue, Never>;

    numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64
    }

    fn serialize_bool(self, value: bool) -> Written {
        Ok(JsValue::from_bool(value))
    }

    fn serialize_str(self, value: &str) -> Written {
        Ok(JsValue::from_str(value))
    }

    fn serialize_none(self) -> Written {
        Ok(JsValue::NULL)
    }

    fn serialize_unit(self) -> Written {
        Ok(JsValue::NULL)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.serialize_str(variant)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements, Never> {
        Ok(Elements(Array::new()))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields, Never> {
        Ok(Fields::new())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields, Never> {
        Ok(Fields::new())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Written {
        not_ours()
    }

    missing! {
        serialize_char(char) -> JsValue,
        serialize_bytes(&[u8]) -> JsValue,
        serialize_unit_struct(&'static str) -> JsValue,
        serialize_tuple(usize) -> Self::SerializeTuple,
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct,
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant,
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant,
    }
}

/// A list that is being written.
struct Elements(Array);

impl Elements {
    // Once for all kinds of elements.
    #[inline(never)]
    fn add(&self, Ok(value): Written) -> Result<(), Never> {
        self.0.push(&value);
        Ok(())
    }
}

impl ser::SerializeSeq for Elements {
    type Ok = JsValue;
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.add(value.serialize(Plain))
    }

    fn end(self) -> Written {
        Ok(self.0.into())
    }
}

/// An object that is being written.
struct Fields {
    object: Object,
    key: JsValue,
}

impl Fields {
    /// Names of a text are keys: without a prototype, `__proto__` is one like any other.
    fn new() -> Self {
        Fields {
            object: Object::create(JsValue::NULL.unchecked_ref()),
            key: JsValue::UNDEFINED,
        }
    }

    // Once for all kinds of values.
    #[inline(never)]
    fn set(&self, key: &JsValue, Ok(value): Written) -> Result<(), Never> {
        // A new plain object takes any key.
        let _ = Reflect::set(&self.object, key, &value);
        Ok(())
    }

    #[inline(never)]
    fn set_field(&self, key: &str, value: Written) -> Result<(), Never> {
        self.set(&JsValue::from_str(key), value)
    }
}

impl ser::SerializeMap for Fields {
    type Ok = JsValue;
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        self.key = key.serialize(Plain)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.set(&self.key, value.serialize(Plain))
    }

    fn end(self) -> Written {
        Ok(self.object.into())
    }
}

impl ser::SerializeStruct for Fields {
    type Ok = JsValue;
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.set_field(key, value.serialize(Plain))
    }

    fn end(self) -> Written {
        Ok(self.object.into())
    }
}
