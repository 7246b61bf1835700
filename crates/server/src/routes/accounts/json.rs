use access::WrittenScope;
use base::{AccountId, Code, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOfficial {
    pub name: String,
    /// What she types to sign in; unique in the county.
    pub login: String,
    pub phone: Option<String>,
    #[schema(value_type = Option<String>)]
    pub region: Option<Code>,
}

#[derive(Serialize, ToSchema)]
pub struct Invited {
    #[schema(value_type = Uuid)]
    pub account: AccountId,
    /// Good once, for 72 hours. Shown here alone.
    pub invitation: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What the machine is, such as 市12345对接.
    #[schema(max_length = 60)]
    pub name: String,
    #[schema(value_type = Vec<KeyScope>)]
    pub scopes: Vec<WrittenScope>,
    #[schema(value_type = String, format = DateTime)]
    pub until: Time,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "the shape of access::WrittenScope in the document")]
pub struct KeyScope {
    /// `all`, `platform`, `flow:<pack>.<flow>` or `kind:<pack>.<kind>`.
    pub on: String,
    pub actions: Vec<String>,
    pub region: String,
    /// `open311` or `connector`: the door by which alone `open` may come; left out, either.
    pub door: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct MadeKey {
    pub id: Uuid,
    #[schema(value_type = Uuid)]
    pub account: AccountId,
    /// Shown here alone.
    pub token: String,
}

#[derive(Serialize, ToSchema)]
pub struct KeyShown {
    pub id: Uuid,
    #[schema(value_type = Uuid)]
    pub account: AccountId,
    pub name: String,
    #[schema(value_type = Vec<KeyScope>)]
    pub scopes: serde_json::Value,
    #[schema(value_type = String, format = DateTime)]
    pub made: Time,
    #[schema(value_type = String, format = DateTime)]
    pub until: Time,
}
