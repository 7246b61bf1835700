//! `shuxiang triage train | evaluate`.

use base::{Error, Kind, Result};
use language::{Example, Model, TrainOptions, cross_validate, evaluate, read_examples};
use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// 用有标签的留言训练 / Train on labelled messages: lines {"id":…,"label":…,"text":…}
    Train {
        file: PathBuf,
        /// 模型写到哪里 / Where the model is written
        #[arg(long, default_value = "triage.bin")]
        out: PathBuf,
    },
    /// 检验；打印 {"n":…,"accuracy":…,"macro_f1":…} / Evaluate
    Evaluate {
        file: PathBuf,
        /// 用哪个模型；不写用自带的 / Which model; the one in the box if left out
        #[arg(long, conflicts_with = "folds")]
        model: Option<PathBuf>,
        /// 不用模型，在文件上做 N 折交叉检验 / No model: N folds over the file, equal texts in one fold
        #[arg(long)]
        folds: Option<usize>,
    },
}

pub fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Train { file, out } => {
            let model = Model::train(&examples(&file)?, &TrainOptions::default())?;
            std::fs::write(&out, model.save()).map_err(|e| at(&out, e))?;
            println!("{} {} {:?}", out.display(), model.examples(), model.labels());
        }
        Command::Evaluate { file, model, folds } => {
            let examples = examples(&file)?;
            let report = match (folds, model) {
                (Some(folds), _) => cross_validate(&examples, folds, &TrainOptions::default())?,
                (None, Some(path)) => evaluate(&Model::load(&std::fs::read(&path).map_err(|e| at(&path, e))?)?, &examples),
                (None, None) => evaluate(Model::shipped(), &examples),
            };
            println!("{}", report.line());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn examples(path: &Path) -> Result<Vec<Example>> {
    read_examples(BufReader::new(File::open(path).map_err(|e| at(path, e))?))
}

fn at(path: &Path, e: std::io::Error) -> Error {
    let shown = path.display();
    Error::new(Kind::Invalid, "file", format!("文件 {shown} 不能用"), format!("the file {shown} cannot be used")).caused_by(e)
}
