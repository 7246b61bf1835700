//! One answer, two formats: XML as the specification shows it, JSON by the Spark convention with bare arrays.

use std::fmt::Write;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xml,
    Json,
}

pub enum Tree {
    Null,
    Text(String),
    Number(f64),
    Int(i64),
    Bool(bool),
    /// The name of one element, used by XML alone.
    List(&'static str, Vec<Tree>),
    Map(Vec<(&'static str, Tree)>),
}

impl Tree {
    pub fn text(s: impl Into<String>) -> Tree {
        Tree::Text(s.into())
    }

    pub fn maybe(s: Option<impl Into<String>>) -> Tree {
        s.map_or(Tree::Null, |s| Tree::Text(s.into()))
    }

    pub fn write(&self, root: &str, format: Format) -> String {
        let mut out = String::new();
        match format {
            Format::Xml => {
                out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
                self.xml(root, &mut out);
                out.push('\n');
            }
            Format::Json => self.json(&mut out),
        }
        out
    }

    fn xml(&self, name: &str, out: &mut String) {
        let mut leaf = |text: &str| {
            let _ = write!(out, "<{name}>");
            escape(text, out);
            let _ = write!(out, "</{name}>");
        };
        match self {
            // "The absence of a value and an empty element are the same."
            Tree::Null => {
                let _ = write!(out, "<{name}/>");
            }
            Tree::Text(s) => leaf(s),
            Tree::Number(n) => leaf(&n.to_string()),
            Tree::Int(n) => leaf(&n.to_string()),
            Tree::Bool(b) => leaf(if *b { "true" } else { "false" }),
            Tree::List(item, all) => {
                let _ = write!(out, "<{name}>");
                for one in all {
                    one.xml(item, out);
                }
                let _ = write!(out, "</{name}>");
            }
            Tree::Map(members) => {
                let _ = write!(out, "<{name}>");
                for (key, value) in members {
                    value.xml(key, out);
                }
                let _ = write!(out, "</{name}>");
            }
        }
    }

    fn json(&self, out: &mut String) {
        match self {
            Tree::Null => out.push_str("null"),
            Tree::Text(s) => out.push_str(&serde_json::Value::from(s.as_str()).to_string()),
            Tree::Number(n) => out.push_str(&serde_json::Value::from(*n).to_string()),
            Tree::Int(n) => out.push_str(&n.to_string()),
            Tree::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            Tree::List(_, all) => {
                out.push('[');
                for (i, one) in all.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    one.json(out);
                }
                out.push(']');
            }
            Tree::Map(members) => {
                out.push('{');
                for (i, (key, value)) in members.iter().enumerate() {
                    let _ = write!(out, "{}\"{key}\":", if i > 0 { "," } else { "" });
                    value.json(out);
                }
                out.push('}');
            }
        }
    }
}

/// What XML 1.0 cannot hold at all (most control characters) is left out: a reader would refuse the whole document.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_tree_in_both_formats() {
        let tree = Tree::List(
            "request",
            vec![Tree::Map(vec![
                ("service_request_id", Tree::text("HS-1")),
                ("description", Tree::text("a<b & \"c\"\u{1}\n灯")),
                ("lat", Tree::Number(28.5)),
                ("address", Tree::Null),
            ])],
        );
        assert_eq!(
            tree.write("service_requests", Format::Xml),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<service_requests><request><service_request_id>HS-1</service_request_id>\
             <description>a&lt;b &amp; &quot;c&quot;\n灯</description><lat>28.5</lat><address/></request></service_requests>\n"
        );
        assert_eq!(
            tree.write("service_requests", Format::Json),
            "[{\"service_request_id\":\"HS-1\",\"description\":\"a<b & \\\"c\\\"\\u0001\\n灯\",\"lat\":28.5,\"address\":null}]"
        );
    }
}
