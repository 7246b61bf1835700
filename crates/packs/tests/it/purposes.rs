//! What one pack collected for one purpose, no rule of another reads.

use packs::{Catalogue, Source};

const CARE: &str = r#"
pack: care
name: {zh: 看望, en: Care}
roles:
  leader: {name: {zh: 组长, en: Leader}, level: group, may: {all: [read, list]}}
  duty:   {name: {zh: 值班, en: Duty}, level: village}
kinds:
  courtyard:
    name:    {zh: 院子记号, en: Courtyard}
    shape:   none
    key:     number
    purpose: {zh: 台风夜敲门, en: knocking on doors in a storm}
    fields:
      number: {type: text, name: {zh: 编号, en: Number}, required: true}
      alone:  {type: bool, name: {zh: 独居, en: Lives alone}, required: true}
  door:
    name:   {zh: 门, en: Door}
    shape:  none
    key:    number
    fields:
      number:   {type: text, name: {zh: 编号, en: Number}, required: true}
      passages: {type: number, whole: true, name: {zh: 进出次数, en: Passages}, required: true, purpose: {zh: 看老人出没出门, en: seeing that the old go out}}
forms:
  visit:
    well:  {type: bool, name: {zh: 都好吗, en: Well?}, required: true, purpose: {zh: 回访, en: the revisit}}
    again: {type: bool, name: {zh: 还要来吗, en: Come again?}, required: true}
letters:
  note: {name: {zh: 便条, en: Note}, body: {zh: "{{ form.well }}", en: "{{ form.well }}"}}
flows:
  visit:
    name:  {zh: 回访, en: Revisit}
    opens: {by: [leader, pack], form: visit}
    clock: {due: 5 work-days}
    steps:
      go: {name: {zh: 去, en: Go}, holder: {role: duty, at: place}, moves: {done: {to: closed, form: visit}}}
reactions:
  own:
    when: {flow: visit, is: moved, step: go, move: done}
    if:   has(matter.visit) && !matter.visit.well
    do:   [{notify: {to: {role: leader}, say: {zh: 去看看, en: go and see}}}, {letter: {letter: note, to: [{role: leader}]}}, {webhook: {to: office}}]
  moved:
    when: {kind: door, is: changed}
    if:   thing.passages == 0
    do:   {notify: {to: {role: leader}, say: {zh: "{thing.passages}", en: "{thing.passages}"}}}
  marked:
    when: {kind: courtyard, is: added}
    do:   {webhook: {to: office}}
"#;

const OTHER: &str = r#"
pack: other
name: {zh: 别的, en: Other}
uses: [care]
reactions:
  again:
    when: {flow: visit, is: moved, step: go, move: done}
    if:   has(matter.visit) && matter.visit.again
    do:   {notify: {to: {role: leader}, say: {zh: 再来, en: again}}}
"#;

fn said(more: &str) -> String {
    let other = format!("{OTHER}{more}");
    let sources = [("care/pack.yaml", CARE), ("other/pack.yaml", other.as_str())];
    match Catalogue::read(&sources.map(|(path, text)| Source { path: path.into(), text: text.into() }), None) {
        Ok(_) => String::new(),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn the_pack_itself_reads_it_and_others_read_the_rest() {
    assert_eq!(said(""), "");
}

#[test]
fn another_packs_rule_is_refused_where_it_reads() {
    let visit = "    when: {flow: visit, is: moved, step: go, move: done}\n";
    let tell = "    do:   {notify: {to: {role: leader}, say: {zh: 看, en: look}}}\n";
    let words =
        "was collected for \"the revisit\" alone: no rule of another pack may read it; leave it out, or write this rule in pack \"care\"\n";
    assert_eq!(
        said(&format!("  spy:\n{visit}    if:   has(matter.visit) && matter.visit.well\n{tell}")),
        format!("other/pack.yaml:12:45 matter.visit.well {words}")
    );
    let fault = said(&format!("  spy:\n{visit}    if:   has(matter.visit.well)\n{tell}"));
    assert!(fault.starts_with("other/pack.yaml:12:28 matter.visit.well was collected"), "{fault}");
    let fault = said(
        "  spy:\n    when: {kind: door, is: changed}\n    do:   {notify: {to: {role: leader}, say: {zh: 看, en: \"{thing.passages}\"}}}\n",
    );
    assert!(fault.contains("thing.passages was collected for \"seeing that the old go out\""), "{fault}");
    // A plan ends by a streak of it.
    let fault = said(
        "plans:\n  more: {name: {zh: 走访, en: Visits}, flow: visit, every: month, at: village, streak: {of: 2, if: \"has(matter.visit) && matter.visit.well\"}}\n",
    );
    assert!(fault.contains("matter.visit.well was collected"), "{fault}");
}

#[test]
fn neither_a_webhook_nor_a_letter_hands_it_on_whole() {
    for verb in ["webhook: {to: office}", "letter: {letter: note, to: [{role: leader}]}"] {
        let fault = said(&format!("  spy:\n    when: {{flow: visit, is: closed}}\n    do:   {{{verb}}}\n"));
        assert!(fault.starts_with("other/pack.yaml:12:12 visit.well was collected for \"the revisit\""), "{verb}: {fault}");
    }
    let fault =
        said("  spy:\n    when: {kind: courtyard, is: changed}\n    do:   {notify: {to: {role: leader}, say: {zh: 看, en: look}}}\n");
    assert!(fault.starts_with("other/pack.yaml:11:18 courtyard was collected for \"knocking on doors in a storm\""), "{fault}");
}
