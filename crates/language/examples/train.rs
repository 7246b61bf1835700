//! Trains the shipped model: `cargo run --release -p language --example train -- labelled.jsonl model/triage.bin`

use language::{Model, TrainOptions, cross_validate, read_examples};
use std::{fs, io::BufReader, time::Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(from), Some(to)) = (args.next(), args.next()) else { return Err("give the file of examples and the file to write".into()) };
    let examples = read_examples(BufReader::new(fs::File::open(from)?))?;
    let start = Instant::now();
    let report = cross_validate(&examples, 5, &TrainOptions::default())?;
    println!("{} in {:?}", serde_json::to_string_pretty(&report)?, start.elapsed());
    let start = Instant::now();
    let model = Model::train(&examples, &TrainOptions::default())?;
    let bytes = model.save();
    println!("trained in {:?}, {} bytes", start.elapsed(), bytes.len());
    fs::write(to, bytes)?;
    Ok(())
}
