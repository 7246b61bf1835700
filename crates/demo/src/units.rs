//! Offices: the departments that the packs name, and their stations in each township.

use base::Text;

pub struct Unit {
    /// As packs name it: `{unit: water}`.
    pub code: &'static str,
    /// Department of the county.
    pub county: (&'static str, &'static str),
    /// Its station in a township; one without is reached at the county alone.
    pub town: Option<&'static str>,
}

impl Unit {
    pub fn name(&self) -> Text {
        Text::new(self.county.0, self.county.1)
    }
}

const fn unit(code: &'static str, zh: &'static str, en: &'static str, town: Option<&'static str>) -> Unit {
    Unit { code, county: (zh, en), town }
}

pub const UNITS: &[Unit] = &[
    unit("water", "水利局", "Water", Some("水利站")),
    unit("transport", "交通运输局", "Transport", Some("农村公路养护站")),
    unit("justice", "司法局", "Justice", Some("司法所")),
    unit("civil", "民政局", "Civil affairs", Some("民政所")),
    unit("farming", "农业农村局", "Agriculture and rural affairs", Some("农业综合服务中心")),
    unit("land", "自然资源局", "Natural resources", Some("自然资源所")),
    unit("police", "公安局", "Police", Some("派出所")),
    unit("emergency", "应急管理局", "Emergency management", None),
    unit("petition", "信访局", "Letters and visits", None),
    unit("housing", "住房和城乡建设局", "Housing and construction", Some("村镇建设站")),
    unit("environment", "生态环境局", "Environment", None),
    unit("education", "教育局", "Education", None),
    unit("labour", "人力资源和社会保障局", "Labour and social security", Some("社会保障站")),
    unit("commerce", "商务和文旅局", "Commerce and tourism", None),
    unit("health", "卫生健康局", "Health", Some("卫生院")),
];
