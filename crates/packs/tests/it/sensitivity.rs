//! How far values may go: checked where it is declared, carried into what is masked.

use packs::{Catalogue, Sensitivity, Source};

fn read(kinds: &str) -> Result<Catalogue, String> {
    let text = format!("pack: care\nname: {{zh: 看护, en: Care}}\nkinds:\n{kinds}");
    Catalogue::read(&[Source { path: "care/pack.yaml".into(), text }], None).map_err(|f| f.to_string())
}

const WELL: &str = "  well:
    name: {zh: 水源井, en: Well}
    shape: point
    key: number
    sensitivity: sensitive
    fields:
      number: {type: text, name: {zh: 井号, en: Number}, required: true, search: true}
      guard:  {type: text, name: {zh: 值守, en: Guard}}
      valve:  {type: text, name: {zh: 阀门位置, en: Valve}, sensitivity: core}
";

#[test]
fn a_field_is_at_least_what_its_kind_is() {
    let catalogue = read(WELL).expect("reads");
    let kind = catalogue.kind("care", "well").expect("there");
    let of = |f: &str| (kind.fields[f].sensitivity, kind.fields[f].masked());
    assert_eq!(of("guard"), (Sensitivity::Sensitive, true));
    assert_eq!(of("valve"), (Sensitivity::Core, true));
    assert_eq!(of("number"), (Sensitivity::Internal, false), "a thing is named by its key");
    let page = catalogue.page("care").expect("a page");
    assert!(page.contains("阀门位置（核心）") && page.contains("水源井（敏感）"), "{page}");
}

#[test]
fn the_checker_refuses_what_cannot_be_kept() {
    let with = |from: &str, to: &str| read(&WELL.replace(from, to)).err().unwrap_or_default();
    let fault = with("en: Guard}", "en: Guard}, search: true");
    assert!(fault.contains("fields of a sensitive or core kind are neither searched nor sorted by"), "{fault}");
    let fault = with("sensitivity: core", "sensitivity: core, sort: true");
    assert!(fault.starts_with("care/pack.yaml:12:") && fault.contains("neither searched nor sorted by"), "{fault}");
    let fault = with("sensitivity: core", "sensitivity: internal");
    assert!(fault.contains("cannot be less sensitive than its kind"), "{fault}");
    let fault = with("sensitivity: core", "sensitivity: secret");
    assert!(fault.contains("sensitive"), "{fault}");
    let fault = with("    sensitivity: sensitive\n", "");
    assert_eq!(fault, "");
    let key = WELL.replace("    sensitivity: sensitive\n", "").replace("required: true, search: true", "required: true, sensitivity: core");
    assert!(read(&key).err().unwrap_or_default().contains("the key is shown everywhere"));
    let rule = "reactions:
  tell:
    when: {kind: well, is: changed}
    if:   thing.valve == \"东\"
    do:   {webhook: {to: office}}
";
    let fault = read(&format!("{WELL}{rule}")).err().unwrap_or_default();
    assert!(fault.contains("valve"), "no rule reads it: {fault}");
}
