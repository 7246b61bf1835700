//! CPU and memory of processes, from /proc.

use std::fs;

/// Ticks of /proc a second; the kernel's fixed answer to user space.
const TICKS: f64 = 100.0;

/// User and system seconds of a process and of its children that have ended.
pub fn seconds(pid: u32) -> f64 {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { return 0.0 };
    let Some((_, rest)) = stat.rsplit_once(')') else { return 0.0 };
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // utime, stime, cutime, cstime are fields 14 to 17 of the whole line; the name and its state are cut off.
    fields.iter().skip(11).take(4).filter_map(|f| f.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// A process and everything under it.
pub fn tree(root: u32) -> Vec<u32> {
    let mut pids = vec![root];
    let Ok(all) = fs::read_dir("/proc") else { return pids };
    let all: Vec<u32> = all.filter_map(|e| e.ok()?.file_name().to_str()?.parse().ok()).collect();
    for pid in all {
        let parent = fs::read_to_string(format!("/proc/{pid}/stat"))
            .ok()
            .and_then(|s| s.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse::<u32>().ok()));
        if parent == Some(root) {
            pids.push(pid);
        }
    }
    pids
}

/// Resident memory of a process in MB.
pub fn resident(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).and_then(|l| l.split_whitespace().nth(1)?.parse::<f64>().ok());
    line.unwrap_or(0.0) / 1024.0
}

/// The postmaster that listens on a port of this machine, if it is here.
pub fn postmaster(url: &str) -> Option<u32> {
    let port = url.rsplit_once('@').map_or(url, |(_, r)| r).split('/').next()?.rsplit_once(':')?.1.to_owned();
    let all = fs::read_dir("/proc").ok()?;
    all.filter_map(|e| e.ok()?.file_name().to_str()?.parse::<u32>().ok()).find(|pid| {
        let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let mut words = line.split('\0');
        words.next().is_some_and(|w| w.ends_with("/postgres")) && line.split('\0').any(|w| w == port || w == format!("port={port}"))
    })
}
