//! What is promised, measured on real messages. The data is not part of the project: where it is not there, each test
//! says so and ends.

use base::Time;
use language::{
    Correction, Example, Fingerprint, HotOptions, Message, Model, TrainOptions, closeness, cross_validate, evaluate, hot, read_examples,
};
use std::{
    collections::{HashMap, HashSet},
    fs,
    io::BufReader,
    path::PathBuf,
    time::{Duration, Instant},
};

fn data(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SHUXIANG_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = folder.join(file);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

fn examples() -> Option<Vec<Example>> {
    let file = fs::File::open(data("messages/labelled.jsonl")?).expect("opens");
    Some(read_examples(BufReader::new(file)).expect("every line is right"))
}

#[test]
fn triage_on_messages_not_seen() {
    let Some(examples) = examples() else { return };
    let start = Instant::now();
    let report = cross_validate(&examples, 5, &TrainOptions::default()).expect("measures");
    println!("five folds: {} in {:?}", report.line(), start.elapsed());
    report
        .labels
        .iter()
        .for_each(|l| println!("  {} n {} precision {:.3} recall {:.3} F1 {:.3}", l.label, l.n, l.precision, l.recall, l.f1));
    report
        .selective
        .iter()
        .for_each(|s| println!("  confidence ≥ {:.2}: coverage {:.3} accuracy {:.3}", s.confidence, s.coverage, s.accuracy));
    assert_eq!(report.n, 7720);
    assert!(report.macro_f1 >= 0.915, "{}", report.line());
    for s in &report.selective[3..] {
        assert!(s.accuracy >= s.confidence, "said with {} and right in {}", s.confidence, s.accuracy);
    }
    assert!(report.selective[4].coverage > 0.8, "at 0.8 most messages need no second look: {:?}", report.selective[4]);
}

#[test]
fn the_shipped_model_is_what_training_gives() {
    let Some(examples) = examples() else { return };
    let start = Instant::now();
    let bytes = Model::train(&examples, &TrainOptions::default()).expect("trains").save();
    println!("trained in {:?}, {} bytes", start.elapsed(), bytes.len());
    let shipped: &[u8] = include_bytes!("../../model/triage.bin");
    assert!(bytes == shipped, "train it again: cargo run --release -p language --example train");
    assert!(shipped.len() < 3_000_000);
    let start = Instant::now();
    let few: Vec<&str> = examples.iter().take(500).map(|e| e.text.as_str()).collect();
    few.iter().for_each(|t| drop(Model::shipped().suggest(t)));
    println!("suggest with reasons: {:?} a message", start.elapsed() / few.len() as u32);
}

#[test]
fn corrections_teach_and_do_not_spoil() {
    let Some(examples) = examples() else { return };
    let (learnt, fresh): (Vec<_>, Vec<_>) = examples.into_iter().enumerate().partition(|(i, _)| i % 5 != 0);
    let [learnt, fresh] = [learnt, fresh].map(|part| part.into_iter().map(|(_, e)| e).collect::<Vec<Example>>());
    let model = Model::train(&learnt, &TrainOptions::default()).expect("trains");
    let (half, rest): (Vec<_>, Vec<_>) = fresh.into_iter().enumerate().partition(|(i, _)| i % 2 == 0);
    let [half, rest] = [half, rest].map(|part| part.into_iter().map(|(_, e)| e).collect::<Vec<Example>>());
    let before = evaluate(&model, &rest).accuracy;
    let told = |e: &Example| Correction { text: e.text.clone(), label: e.label.clone() };
    let start = Instant::now();
    let taught = evaluate(&model.adapted(&half.iter().map(told).collect::<Vec<_>>()), &rest).accuracy;
    // One clerk files fifty messages of a kind under another label, three times over: they follow, the rest stays.
    let wish = |e: &&Example| Correction { text: e.text.clone(), label: "商贸旅游".into() };
    let odd: Vec<&Example> = half.iter().filter(|e| e.label == "交通运输").take(20).collect();
    let corrections: Vec<Correction> = (0..3).flat_map(|_| odd.iter().map(wish)).collect();
    let bent = model.adapted(&corrections);
    let followed = odd.iter().filter(|e| bent.suggest(&e.text).ranked[0].label == "商贸旅游").count();
    let after = evaluate(&bent, &rest).accuracy;
    println!(
        "before {before:.4}, taught by {} {taught:.4}, bent by {} ({followed} follow) {after:.4}; {:?}",
        half.len(),
        odd.len(),
        start.elapsed()
    );
    assert!(taught >= before - 0.005);
    assert!(followed * 10 >= odd.len() * 8);
    assert!(after >= before - 0.03);
}

/// Rows of a sheet of messages: number, sender, title, time, text, against, for.
fn sheet() -> Option<Vec<Message>> {
    use calamine::{Data, Reader, Xlsx, open_workbook};
    let mut book: Xlsx<_> = open_workbook(data("messages/hot-issues.xlsx")?).expect("opens");
    let range = book.worksheet_range("Sheet1").expect("there");
    let text = |row: &[Data], i: usize| row.get(i).map(ToString::to_string).unwrap_or_default().trim().to_owned();
    let message = |row: &[Data]| Message {
        sender: text(row, 1),
        time: when(&row[3]).expect("a time"),
        region: None,
        title: text(row, 2),
        text: text(row, 4),
        supporters: text(row, 6).parse().unwrap_or(0),
    };
    Some(range.rows().skip(1).map(message).collect())
}

/// Cells hold dates or texts such as 2019/2/28 11:25:05.
fn when(cell: &calamine::Data) -> Option<Time> {
    let serial = match cell {
        calamine::Data::DateTime(d) => Some(d.as_f64()),
        other => other.to_string().parse().ok(),
    };
    if let Some(days) = serial {
        return Some(Time(((days - 25_569.0) * 86_400_000.0) as i64 - 8 * 3_600_000));
    }
    let parts: Vec<i64> = cell.to_string().split(['/', '-', ' ', ':']).map(|p| p.parse().ok()).collect::<Option<_>>()?;
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts[0], parts[1], parts[2], parts[3], parts[4], parts.get(5)?).parse().ok()
}

#[test]
fn near_duplicates_meet() {
    let Some(messages) = sheet() else { return };
    let start = Instant::now();
    let texts: Vec<String> = messages.iter().map(|m| format!("{}\n{}", m.title, m.text)).collect();
    let prints: Vec<Fingerprint> = texts.iter().map(|t| Fingerprint::of(t)).collect();
    println!("{:?} a fingerprint", start.elapsed() / prints.len() as u32);
    let mut rows: HashMap<i64, Vec<usize>> = HashMap::new();
    let mut candidates: HashSet<(usize, usize)> = HashSet::new();
    for (i, print) in prints.iter().enumerate() {
        for key in print.keys() {
            let here = rows.entry(key).or_default();
            candidates.extend(here.iter().map(|j| (*j, i)));
            here.push(i);
        }
    }
    // The truth: every pair whose fingerprints are anywhere near, judged by the texts themselves.
    let mut close: Vec<(usize, usize, f32)> = Vec::new();
    for i in 0..prints.len() {
        for j in 0..i {
            if prints[i].similarity(&prints[j]) > 0.2 {
                close.push((j, i, closeness(&texts[j], &texts[i])));
            }
        }
    }
    let found = |least: f32| {
        let all: Vec<_> = close.iter().filter(|c| c.2 >= least).collect();
        let met = all.iter().filter(|c| candidates.contains(&(c.0, c.1))).count();
        println!("closeness ≥ {least}: {} pairs, {met} meet", all.len());
        (all.len(), met)
    };
    println!("{} candidates of {} messages", candidates.len(), messages.len());
    let (equal, equal_met) = found(0.99);
    let (near, near_met) = found(0.75);
    assert!(equal > 50 && equal_met == equal);
    assert!(near_met * 100 >= near * 95);
    assert!(candidates.len() < messages.len(), "few candidates are wasted");
}

#[test]
fn the_known_hot_issues_come_first() {
    let Some(messages) = sheet() else { return };
    // (seen at, with what memory in days, words of the issue, rank at most, people at least)
    let known: [(&str, u64, &str, usize, usize); 8] = [
        ("2019-03-10T00:00", 14, "58车贷", 1, 10),
        ("2019-09-02T00:00", 14, "伊景园", 2, 50),
        ("2020-01-08T12:00", 14, "丽发新城", 1, 45),
        ("2020-01-08T12:00", 10_000, "58车贷", 8, 8),
        ("2020-01-08T12:00", 10_000, "五矿万境K9县", 8, 5),
        ("2020-01-08T12:00", 10_000, "伊景园", 8, 50),
        ("2020-01-08T12:00", 10_000, "丽发新城", 8, 45),
        ("2020-01-08T12:00", 10_000, "油烟", 15, 8),
    ];
    let day = Duration::from_secs(86_400);
    let mut shown = HashMap::new();
    for (now, half_life, word, most, people) in known {
        let issues = shown.entry((now, half_life)).or_insert_with(|| {
            let window = if half_life > 100 { day * 400 } else { HotOptions::default().window };
            let options = HotOptions { window, half_life: day * half_life as u32, ..HotOptions::default() };
            let start = Instant::now();
            let issues = hot(&messages, now.parse().expect("a time"), &options);
            println!("{now}, half-life {half_life} days: {:?}", start.elapsed());
            assert!(start.elapsed() < Duration::from_secs(5));
            for i in issues.iter().take(10) {
                println!(
                    "  {:6.1} {:3} people {:3} messages {}–{} {} {:?}",
                    i.heat,
                    i.people,
                    i.messages,
                    i.from.date(),
                    i.to.date(),
                    i.title,
                    i.words
                );
            }
            issues
        });
        let rank = issues.iter().position(|i| i.title.contains(word) || i.words.iter().any(|w| w.contains(word)));
        let rank = rank.unwrap_or_else(|| panic!("{word} is not among the hot issues of {now}"));
        assert!(rank < most && issues[rank].people >= people, "{word} at {now}: rank {}, {} people", rank + 1, issues[rank].people);
    }
}

/// Everyone who names an issue by its own words should be in it, and no one else.
#[test]
fn an_issue_gathers_its_own() {
    let Some(messages) = sheet() else { return };
    let options =
        HotOptions { window: Duration::from_secs(400 * 86_400), half_life: Duration::from_secs(400 * 86_400), ..HotOptions::default() };
    let issues = hot(&messages, "2020-01-08T12:00".parse().expect("a time"), &options);
    let about = |i: usize, words: &[&str]| words.iter().all(|w| messages[i].title.contains(w) || messages[i].text.contains(w));
    for words in [&["丽发新城", "搅拌"][..], &["伊景园"]] {
        let all = (0..messages.len()).filter(|i| about(*i, words)).count();
        let best = issues.iter().map(|i| (i.members.iter().filter(|m| about(**m, words)).count(), i.members.len())).max().expect("some");
        println!("{words:?}: {} of {all} in one issue of {}", best.0, best.1);
        assert!(best.0 * 10 >= all * 9 && best.0 * 10 >= best.1 * 9);
    }
}
