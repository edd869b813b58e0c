//! From the source of `ktr-wire` to its messages and fields.
//! Whatever stands in the source and is not understood here stops the reader: a field must not be overlooked.
#![expect(
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a declaration that is not understood must stop the test; syntax trees have more kinds than matter here"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use syn::{
    Attribute, Fields, GenericArgument, Ident, Item, LitInt, LitStr, PathArguments, Type, UseTree,
    parse::ParseStream, punctuated::Punctuated, token::Comma,
};

/// What one field carries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A varint.
    Number,
    /// Octets.
    Bytes,
    /// Text.
    Text,
    /// A message, by its name in the schema.
    Message(String),
}

/// One field of a message; each choice of a oneof is a field of the message that has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: String,
    /// Its number.
    pub(super) tag: u32,
    /// What it carries.
    pub(super) kind: Kind,
    /// Whether it may come more than once.
    pub(super) repeated: bool,
}

/// One message: its fields.
pub(super) type Message = Vec<Field>;

/// Every message by its name, which is the module's and its own: `board.Appoint`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Schema {
    /// The messages.
    pub(super) messages: BTreeMap<String, Message>,
}

impl Schema {
    /// How deep messages nest in one, itself counted.
    pub(super) fn depth(&self, name: &str) -> usize {
        self.depth_below(name, 0)
    }

    fn depth_below(&self, name: &str, above: usize) -> usize {
        assert!(above < 32, "{name} holds itself");
        let message = &self.messages.get(name);
        let message = message.unwrap_or_else(|| panic!("{name} is no message of the schema"));
        let below = message.iter().filter_map(|field| match &field.kind {
            Kind::Message(inner) => Some(self.depth_below(inner, above.saturating_add(1))),
            Kind::Number | Kind::Bytes | Kind::Text => None,
        });
        below.max().unwrap_or(0).saturating_add(1)
    }
}

/// Reads every message under a folder of source.
pub(super) fn read(source: &Path) -> Schema {
    let mut files = Vec::new();
    gather(source, &mut files);
    let mut oneofs = BTreeMap::new();
    let mut messages: BTreeMap<String, Vec<Raw>> = BTreeMap::new();
    for file in &files {
        let place = Place::of(source, file);
        for item in &place.items {
            match item {
                Item::Struct(item) if derives(&item.attrs, "Message") => {
                    let fields = fields(&item.fields, &place);
                    messages.insert(place.name(&item.ident), fields);
                }
                Item::Enum(item) if derives(&item.attrs, "Oneof") => {
                    let choices = item.variants.iter().map(|variant| {
                        let Fields::Unnamed(inner) = &variant.fields else {
                            panic!("{} has no content", variant.ident);
                        };
                        let inner = inner.unnamed.first().map(|field| &field.ty);
                        let inner = inner.unwrap_or_else(|| panic!("{} is empty", variant.ident));
                        raw(&variant.ident, &variant.attrs, inner, &place)
                    });
                    oneofs.insert(place.name(&item.ident), choices.collect::<Vec<_>>());
                }
                _ => {}
            }
        }
    }
    let unfold = |fields: Vec<Raw>| {
        let fields = fields.into_iter().flat_map(|raw| match raw {
            Raw::Plain(field) => vec![field],
            Raw::OneOf(name) => plain(&oneofs, &name),
        });
        fields.collect()
    };
    let messages = messages.into_iter();
    Schema {
        messages: messages.map(|(name, raw)| (name, unfold(raw))).collect(),
    }
}

/// A field as it is declared.
#[derive(Clone, Debug)]
enum Raw {
    Plain(Field),
    OneOf(String),
}

fn plain(oneofs: &BTreeMap<String, Vec<Raw>>, name: &str) -> Vec<Field> {
    let choices = oneofs.get(name);
    let choices = choices.unwrap_or_else(|| panic!("{name} is no oneof of the schema"));
    let fields = choices.iter().map(|choice| match choice {
        Raw::Plain(field) => field.clone(),
        Raw::OneOf(inner) => panic!("{name} holds the oneof {inner}"),
    });
    fields.collect()
}

/// A file of source: its module, what it declares and where its names come from.
struct Place {
    module: String,
    items: Vec<Item>,
    uses: BTreeMap<String, (Option<String>, String)>,
}

impl Place {
    fn of(root: &Path, file: &Path) -> Self {
        let text =
            fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed =
            syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut uses = BTreeMap::new();
        for item in &parsed.items {
            if let Item::Use(item) = item {
                names(&item.tree, None, &mut uses);
            }
        }
        Self {
            module: module(root, file),
            items: parsed.items,
            uses,
        }
    }

    fn name(&self, ident: &Ident) -> String {
        format!("{}.{ident}", self.module)
    }

    /// The name in the schema of a type that is named here.
    fn resolve(&self, ident: &str) -> String {
        let here = |name: &str| format!("{}.{name}", self.module);
        match self.uses.get(ident) {
            None => here(ident),
            // The files of one subject take their messages from its `message`.
            Some((None, name)) => here(name),
            Some((Some(module), name)) if module == "message" => here(name),
            Some((Some(module), name)) => format!("{module}.{name}"),
        }
    }
}

fn names(
    tree: &UseTree,
    from: Option<&str>,
    uses: &mut BTreeMap<String, (Option<String>, String)>,
) {
    let from_here = || from.map(str::to_owned);
    match tree {
        UseTree::Path(path) => names(&path.tree, Some(&path.ident.to_string()), uses),
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, from, uses)),
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            uses.insert(name.clone(), (from_here(), name));
        }
        UseTree::Rename(renamed) => {
            let name = renamed.ident.to_string();
            uses.insert(renamed.rename.to_string(), (from_here(), name));
        }
        UseTree::Glob(_) => {}
    }
}

/// The subject a file belongs to: its folder under `schema`, or its own name.
fn module(root: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(root).unwrap_or(file);
    let mut parts = inside
        .iter()
        .map(|part| part.to_string_lossy().into_owned());
    let first = parts.next().unwrap_or_default();
    let name = if first == "schema" {
        parts.next().unwrap_or_default()
    } else {
        first
    };
    name.trim_end_matches(".rs").to_owned()
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

fn derives(attrs: &[Attribute], name: &str) -> bool {
    let derive = attrs.iter().filter(|attr| attr.path().is_ident("derive"));
    derive
        .filter_map(|attr| {
            attr.parse_args_with(Punctuated::<syn::Path, Comma>::parse_terminated)
                .ok()
        })
        .flatten()
        .filter_map(|path| path.segments.last().map(|segment| segment.ident.clone()))
        .any(|last| last == name)
}

fn fields(fields: &Fields, place: &Place) -> Vec<Raw> {
    let Fields::Named(named) = fields else {
        panic!("a message of {} has fields without names", place.module);
    };
    let fields = named.named.iter().map(|field| {
        let ident = field.ident.as_ref();
        let ident = ident.unwrap_or_else(|| panic!("a field of {} has no name", place.module));
        raw(ident, &field.attrs, &field.ty, place)
    });
    fields.collect()
}

fn raw(ident: &Ident, attrs: &[Attribute], ty: &Type, place: &Place) -> Raw {
    let attr = attrs.iter().find(|attr| attr.path().is_ident("prost"));
    let attr = attr.unwrap_or_else(|| panic!("{}.{ident} has no #[prost]", place.module));
    let mut tag = None;
    let mut words = Vec::new();
    let mut one_of = false;
    let parsed = attr.parse_nested_meta(|meta| {
        let word = meta.path.require_ident()?.to_string();
        let value = if meta.input.peek(syn::Token![=]) {
            text(meta.value()?)?
        } else {
            String::new()
        };
        match word.as_str() {
            "tag" => tag = value.parse::<u32>().ok(),
            "tags" => {}
            "oneof" => one_of = true,
            _ => words.push(word),
        }
        Ok(())
    });
    parsed.unwrap_or_else(|error| panic!("{}.{ident}: {error}", place.module));
    let inner = innermost(ty);
    if one_of {
        return Raw::OneOf(place.resolve(&inner));
    }
    let has = |word: &str| words.iter().any(|known| known == word);
    let known = ["uint32", "uint64", "bool", "bytes", "string", "message"];
    let kind = match known.into_iter().find(|word| has(word)) {
        Some("uint32" | "uint64" | "bool") => Kind::Number,
        Some("bytes") => Kind::Bytes,
        Some("string") => Kind::Text,
        Some(_) => Kind::Message(place.resolve(&inner)),
        None => panic!(
            "{}.{ident} is of a kind not known here: {words:?}",
            place.module
        ),
    };
    let tag = tag.unwrap_or_else(|| panic!("{}.{ident} has no number", place.module));
    Raw::Plain(Field {
        name: ident.to_string(),
        tag,
        kind,
        repeated: has("repeated"),
    })
}

fn text(input: ParseStream<'_>) -> syn::Result<String> {
    if input.peek(LitStr) {
        input.parse::<LitStr>().map(|text| text.value())
    } else {
        input.parse::<LitInt>().map(|number| number.to_string())
    }
}

/// The name of the type inside every `Option` and `Vec`.
fn innermost(ty: &Type) -> String {
    let Type::Path(path) = ty else {
        panic!("a field's type has no name");
    };
    let last = path.path.segments.last();
    let last = last.unwrap_or_else(|| panic!("a field's type has no name"));
    match &last.arguments {
        PathArguments::AngleBracketed(inner) => match inner.args.first() {
            Some(GenericArgument::Type(inner)) => innermost(inner),
            _ => panic!("a field's type is not known here"),
        },
        PathArguments::None | PathArguments::Parenthesized(_) => last.ident.to_string(),
    }
}
