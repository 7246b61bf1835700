//! Files from the field, where they are there: `SHUXIANG_DATA`, or `../shared/data` beside the workspace.

use std::path::PathBuf;
use things::{check_geometry, sheet::Sheet};

fn data(file: &str) -> Option<Vec<u8>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = std::env::var_os("SHUXIANG_DATA").map_or(beside, PathBuf::from).join(file);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        println!("skipped: {} is not there", path.display());
    }
    bytes
}

#[test]
fn sheets_of_messages_are_read_whole() {
    for (file, want) in [("messages/answered.xlsx", 2_816), ("messages/hot-issues.xlsx", 4_326)] {
        let Some(bytes) = data(file) else { continue };
        let start = std::time::Instant::now();
        let rows = Sheet::read(bytes, file).expect("reads").rows().expect("rows");
        println!(
            "{file}: {} rows in {:.1?}; headings {:?}",
            rows.len(),
            start.elapsed(),
            rows[0].cells.iter().map(|c| c.shown()).collect::<Vec<_>>()
        );
        assert_eq!(rows.len() - 1, want, "{file}");
    }
}

#[test]
fn outlines_of_counties_and_plots_pass() {
    let mut seen = 0;
    for file in [
        "boundary/wgs84_430903.geojson",
        "boundary/wgs84_430900.geojson",
        "parcels/smallholder-plots-kenya.geojson",
        "parcels/field-samples-27-countries.geojson",
    ] {
        let Some(bytes) = data(file) else { continue };
        let json: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        let features = json["features"].as_array().cloned().unwrap_or_else(|| vec![json.clone()]);
        let mut refused = Vec::new();
        for f in &features {
            seen += 1;
            if let Err(e) = check_geometry(packs::Shape::Polygon, &f["geometry"]) {
                refused.push(e.to_string());
            }
        }
        println!("{file}: {} features, {} refused {:?}", features.len(), refused.len(), refused.first());
        assert!(refused.len() * 20 <= features.len(), "{file}");
    }
    println!("{seen} outlines");
}
