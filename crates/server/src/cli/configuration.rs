use base::Result;
use std::process::ExitCode;

pub fn run() -> Result<ExitCode> {
    print!("{}", crate::config::DEFAULT);
    Ok(ExitCode::SUCCESS)
}
