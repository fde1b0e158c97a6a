//! Reads what a function of `src/ffi` is for the description: by its types, its comment, and what it does.

use quote::ToTokens;
use syn::{Expr, FnArg, Lit, Pat, Stmt};

use super::description::{Function, Kind, Parameter, Value};
use super::{Result, source};

/// The version in "Since 1.0.".
pub fn since(comment: &str) -> Option<String> {
    let (_, rest) = comment.split_once("Since ")?;
    let end = rest.find(|end: char| end != '.' && !end.is_ascii_digit());
    let version = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
    (!version.is_empty()).then(|| version.to_owned())
}

/// A value of this type, as far as its type alone says it.
pub fn value(c_type: &str) -> Result<Value> {
    let (kind, of) = match c_type {
        "verigator_status" => (Kind::Status, None),
        "const char *" => (Kind::String, None),
        "void *" => (Kind::UserData, None),
        "int32_t" | "int64_t" | "uint64_t" | "size_t" => (Kind::Number, None),
        _ => match c_type.strip_suffix(" *") {
            Some(handle) if handle.contains("verigator_") => {
                (Kind::Handle, Some(handle.trim_start_matches("const ")))
            }
            None if c_type.ends_with("_callback") => (Kind::Callback, Some(c_type)),
            None if c_type.starts_with("verigator_") => (Kind::Number, Some(c_type)),
            _ => return Err(format!("{c_type} is a type of no kind that is known").into()),
        },
    };
    Ok(Value {
        c_type: c_type.to_owned(),
        kind,
        of: of.map(str::to_owned),
        owner: None,
    })
}

/// What a function is read by: its comment, and what it does.
pub struct Reading {
    comment: String,
    body: String,
}

impl Reading {
    pub fn new(function: &syn::ItemFn) -> Self {
        Self {
            comment: source::comment(&function.attrs).replace('\n', " "),
            body: function.block.to_token_stream().to_string(),
        }
    }

    fn says(&self, words: &str) -> bool {
        self.comment.contains(words)
    }

    fn does(&self, code: &str) -> bool {
        self.body.contains(code)
    }

    pub fn describe(&self, function: &syn::ItemFn) -> Result<Function> {
        let inputs = function.sig.inputs.iter().map(|input| match input {
            FnArg::Typed(input) => match &*input.pat {
                Pat::Ident(name) => Ok((name.ident.to_string(), source::c_type(&input.ty)?)),
                _ => Err("a parameter has no name".into()),
            },
            FnArg::Receiver(_) => Err("a function of C has no self".into()),
        });
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        if self.does("truth ::") && !self.says("1 or 0") {
            return Err("the comment does not say \"1 or 0\" of what is true or false".into());
        }
        let parameters = inputs.iter().enumerate().map(|(index, (name, c_type))| {
            let next = inputs.get(index + 1).map(|(next, _)| next.as_str());
            self.parameter(name, c_type, next)
                .map_err(|error| format!("{name}: {error}").into())
        });
        Ok(Function {
            name: function.sig.ident.to_string(),
            since: since(&self.comment).ok_or("the comment does not say since when it is there")?,
            blocks: [". run (", ". step (", ". next ("]
                .iter()
                .any(|waiting| self.does(waiting)),
            must_use: source::must_use(&function.attrs),
            parameters: parameters.collect::<Result<_>>()?,
            returns: self.returns(&function.sig.output, &inputs)?,
            option: option(function),
            comment: source::comment(&function.attrs),
        })
    }

    fn returns(&self, output: &syn::ReturnType, inputs: &[(String, String)]) -> Result<Value> {
        let syn::ReturnType::Type(_, of) = output else {
            return Ok(Value {
                c_type: "void".to_owned(),
                ..Value::default()
            });
        };
        let mut value = self.truth(value(&source::c_type(of)?)?);
        match value.kind {
            Kind::Handle => value.owner = Some("caller".to_owned()),
            Kind::String => {
                let is_static = self.says("The string is static");
                let owner = inputs.first().filter(|_| !is_static);
                value.owner = Some(owner.map_or("static", |(name, _)| name).to_owned());
                if inputs.iter().any(|(name, _)| name == "out_length") {
                    value.kind = Kind::Bytes;
                }
            }
            _ => (),
        }
        Ok(value)
    }

    /// A truth value has the type of a number.
    fn truth(&self, mut value: Value) -> Value {
        if value.c_type == "int32_t" && self.says("1 or 0") {
            value.kind = Kind::Truth;
        }
        value
    }

    fn parameter(&self, name: &str, c_type: &str, next: Option<&str>) -> Result<Parameter> {
        let out = name.starts_with("out_");
        let target = c_type.strip_suffix('*').filter(|_| out).map(str::trim_end);
        let mut value = self.truth(value(target.unwrap_or(c_type))?);
        c_type.clone_into(&mut value.c_type);
        let mut length = None;
        match (value.kind, out) {
            (Kind::Handle, true) => value.owner = Some("caller".to_owned()),
            (Kind::String, false) => {
                length = next.filter(|next| self.are_bytes(name, next));
                if length.is_some() {
                    value.kind = Kind::Bytes;
                } else if self.is_path(name) {
                    value.kind = Kind::Path;
                }
            }
            _ => (),
        }
        Ok(Parameter {
            name: name.to_owned(),
            nullable: self.nullable(name, &value, out)?,
            value,
            out,
            length: length.map(str::to_owned),
        })
    }

    fn are_bytes(&self, name: &str, length: &str) -> bool {
        self.says(&format!("`{name}` points to `{length}` bytes"))
            || self.says(&format!("`{name}` to `{length}`"))
    }

    fn is_path(&self, name: &str) -> bool {
        let end = format!(", {name})");
        self.body
            .split("text :: path (")
            .skip(1)
            .filter_map(|call| call.split_inclusive(')').next())
            .any(|arguments| arguments.replace(" )", ")").ends_with(&end))
    }

    /// Whether NULL may be passed, for what is a pointer.
    fn nullable(&self, name: &str, value: &Value, out: bool) -> Result<Option<bool>> {
        let said = |null: &str, other: &str| {
            if self.says(&format!("`{name}` {null}")) {
                Ok(Some(true))
            } else if self.says(&format!("`{name}` {other}")) {
                Ok(Some(false))
            } else {
                Err(format!("the comment says neither `{name}` {null} nor `{name}` {other}").into())
            }
        };
        match value.kind {
            _ if out => said("is NULL or valid for writing", "is valid for writing"),
            Kind::Handle => Ok(Some(self.says("NULL does nothing"))),
            Kind::UserData => Ok(Some(true)),
            Kind::Callback => Ok(Some(self.says(&format!("`{name}` (may be NULL")))),
            Kind::Bytes => Ok(Some(false)),
            Kind::String | Kind::Path => {
                if self.says("or, but for `") {
                    return Ok(Some(!self.says(&format!("or, but for `{name}`, NULL"))));
                }
                if self.says("The strings are NUL-terminated")
                    || self.says("The string is NUL-terminated")
                {
                    return Ok(Some(false));
                }
                said("is NULL or NUL-terminated", "is NUL-terminated")
            }
            _ => Ok(None),
        }
    }
}

/// The option that a function sets: its only statement is `set`, with the name.
fn option(function: &syn::ItemFn) -> Option<String> {
    let Some(Stmt::Expr(Expr::Call(call), None)) = function.block.stmts.last() else {
        return None;
    };
    let Expr::Path(called) = &*call.func else {
        return None;
    };
    match source::literal(call.args.iter().nth(1)?)? {
        Lit::Str(name) if called.path.is_ident("set") => Some(name.value()),
        _ => None,
    }
}
