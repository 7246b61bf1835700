//! `shuxiang pack check | new | docs`.

use crate::app::pack_folders;
use base::{Error, Home, Kind, Result};
use packs::Catalogue;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// 检查应用包，逐条指出错在哪里、怎么改 / Check packs; each fault with its place and its mend
    Check {
        /// 应用包目录，或其上级目录 / Folders of packs, or a folder that holds them
        #[arg(default_value = "packs")]
        folders: Vec<PathBuf>,
        /// 按哪个县的叠加检查 / With the overlays of this county
        #[arg(long)]
        county: Option<i32>,
    },
    /// 新建一个应用包的骨架 / Begin a pack: its folder with a first flow and a story
    New {
        /// 包名，小写字母和下划线 / Its name: small letters and underscores
        name: String,
        /// 放在哪个目录 / In which folder
        #[arg(long, default_value = "packs")]
        folder: PathBuf,
    },
    /// 应用包的语言，或一个包声明了什么 / The language of packs, or what one pack declares
    Docs {
        /// 某个包 / A pack
        pack: Option<String>,
        /// 编辑器用的 JSON Schema / The JSON Schema for editors
        #[arg(long, conflicts_with = "pack")]
        schema: bool,
        /// 应用包目录 / Folder of the packs
        #[arg(long, default_value = "packs")]
        folder: PathBuf,
    },
}

pub fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Check { folders, county } => check(folders, county.map(Home::new).transpose()?),
        Command::New { name, folder } => begin(&name, &folder),
        Command::Docs { pack, schema, folder } => docs(pack.as_deref(), schema, &folder),
    }
}

fn check(given: Vec<PathBuf>, county: Option<Home>) -> Result<ExitCode> {
    let mut folders = Vec::new();
    for folder in given {
        if folder.join("pack.yaml").is_file() {
            folders.push(folder);
        } else {
            folders.extend(pack_folders(&folder)?);
        }
    }
    if folders.is_empty() {
        return Err(Error::new(Kind::Invalid, "no_pack", "这里没有应用包（没有 pack.yaml）", "there is no pack here (no pack.yaml)"));
    }
    match Catalogue::load(&folders, county) {
        Ok(catalogue) => {
            for pack in catalogue.packs() {
                println!("ok {} {}", pack.id, &pack.hash[..12.min(pack.hash.len())]);
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            for fault in &faults.0 {
                println!("{}\n    {fault}", fault.zh());
            }
            println!("{} 处错误 / faults", faults.0.len());
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Writes nothing if the folder is there: a pack is not overwritten.
fn begin(name: &str, folder: &Path) -> Result<ExitCode> {
    let root = folder.join(name);
    if root.exists() {
        let shown = root.display();
        return Err(Error::conflict("exists", format!("{shown} 已经有了"), format!("{shown} is there already")));
    }
    for source in packs::new_pack(name)? {
        let file = folder.join(&source.path);
        let made = file.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&file, &source.text));
        made.map_err(Error::internal)?;
        println!("{}", file.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn docs(pack: Option<&str>, schema: bool, folder: &Path) -> Result<ExitCode> {
    if schema {
        println!("{}", serde_json::to_string_pretty(&packs::json_schema()).map_err(Error::internal)?);
        return Ok(ExitCode::SUCCESS);
    }
    let Some(name) = pack else {
        print!("{}", packs::language());
        return Ok(ExitCode::SUCCESS);
    };
    let catalogue = crate::app::load_packs(folder, None)?;
    let page = catalogue.page(name).ok_or_else(|| {
        let known: Vec<&str> = catalogue.packs().map(|p| p.id.as_str()).collect();
        Error::invalid(
            "pack",
            format!("没有“{name}”这个包，有：{}", known.join("、")),
            format!("there is no pack {name}; there are: {}", known.join(", ")),
        )
    })?;
    print!("{page}");
    Ok(ExitCode::SUCCESS)
}
