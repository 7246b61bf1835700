//! Offices: departments of the county and their stations in each township.

use base::Text;

pub struct Unit {
    /// As packs name it: `{unit: water}`.
    pub code: &'static str,
    /// Department of the county.
    pub county: (&'static str, &'static str),
    /// Its station in a township.
    pub town: &'static str,
}

impl Unit {
    pub fn name(&self) -> Text {
        Text::new(self.county.0, self.county.1)
    }
}

const fn unit(code: &'static str, zh: &'static str, en: &'static str, town: &'static str) -> Unit {
    Unit { code, county: (zh, en), town }
}

pub const UNITS: &[Unit] = &[
    unit("transport", "交通运输局", "Transport bureau", "农村公路养护站"),
    unit("water", "水利局", "Water bureau", "水利站"),
    unit("justice", "司法局", "Justice bureau", "司法所"),
    unit("housing", "住房和城乡建设局", "Housing and construction bureau", "村镇建设站"),
    unit("environment", "生态环境分局", "Environment bureau", "生态环保站"),
    unit("education", "教育局", "Education bureau", "中心学校"),
    unit("labour", "人力资源和社会保障局", "Labour and social security bureau", "社会保障站"),
    unit("commerce", "商务局", "Commerce bureau", "经济发展办"),
    unit("health", "卫生健康局", "Health bureau", "卫生院"),
    unit("insurance", "医疗保障局", "Medical insurance bureau", "医保服务站"),
    unit("agriculture", "农业农村局", "Agriculture bureau", "农业综合服务中心"),
    unit("civil_affairs", "民政局", "Civil affairs bureau", "民政所"),
    unit("police", "公安分局", "Police", "派出所"),
    unit("market", "市场监督管理局", "Market regulation bureau", "市场监管所"),
    unit("land", "自然资源局", "Natural resources bureau", "自然资源所"),
    unit("city", "城市管理局", "City management bureau", "综合行政执法队"),
    unit("power", "供电公司", "Power company", "供电所"),
    unit("emergency", "应急管理局", "Emergency bureau", "应急管理办"),
    unit("forestry", "林业局", "Forestry bureau", "林业站"),
    unit("culture", "文化旅游广电体育局", "Culture and tourism bureau", "文化站"),
];
