use crate::edge::shape::Region;
use access::WrittenScope;
use base::{AccountId, Code, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOfficial {
    pub name: String,
    /// What she types to sign in; unique in the county.
    pub login: String,
    pub phone: Option<String>,
    #[schema(value_type = Option<Region>)]
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

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "the shape of access::WrittenScope in the document")]
pub struct KeyScope {
    /// `all`, `platform`, `flow:<pack>.<flow>` or `kind:<pack>.<kind>`.
    pub on: String,
    pub actions: Vec<String>,
    #[schema(value_type = Region)]
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

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListAccounts {
    /// Part of a name or of a login name, or a whole number.
    #[param(max_length = 64)]
    pub q: Option<String>,
    /// Rows of a page; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub most: Option<usize>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct AccountPage {
    pub items: Vec<AccountShown>,
    pub next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct AccountShown {
    #[schema(value_type = Uuid)]
    pub id: AccountId,
    /// A machine's comes in by its key alone.
    pub machine: bool,
    pub state: AccountStateShown,
    /// An official's name in her office, or the name of a machine's key.
    pub name: Option<String>,
    /// What is typed to sign in: a login name, or, where there is none, the number, masked. A machine has none.
    pub login: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub made: Time,
    /// Held now.
    pub seats: Vec<HeldSeatShown>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub signed_in: Option<Time>,
    pub second_factor: bool,
    /// Open now.
    pub sessions: i64,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountStateShown {
    Active,
    Locked,
}

#[derive(Serialize, ToSchema)]
pub struct HeldSeatShown {
    pub role: String,
    #[schema(value_type = Region)]
    pub region: Code,
    pub unit: Option<String>,
}
