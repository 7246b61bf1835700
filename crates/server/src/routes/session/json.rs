use crate::edge::shape::Region;
use access::{AccountKind, Opened};
use base::{AccountId, Code, SeatId, SessionId, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// 登录名
    #[schema(max_length = 100)]
    pub login: String,
    #[schema(max_length = 200)]
    pub password: String,
    /// The six digits of the authenticator, or a recovery code, where a second factor is set up.
    pub second: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestCode {
    /// A mobile number of the mainland in any usual form.
    pub phone: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CodeSent {
    /// The code is good until then.
    #[schema(value_type = String, format = DateTime)]
    pub until: Time,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInByCode {
    pub phone: String,
    pub code: String,
    /// A ticket of `POST /api/session/by-wechat`: links that WeChat to the account, so that the mini-program signs in by itself.
    pub wechat: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInByWeChat {
    /// Of `wx.login`: good for five minutes, once.
    #[schema(max_length = 200)]
    pub code: String,
}

/// Either a session, or a ticket where this WeChat is linked to nobody yet.
#[derive(Serialize, ToSchema)]
pub struct WeChatSignIn {
    pub session: Option<Session>,
    pub ticket: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkWeChat {
    pub ticket: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptWeChat {
    /// Ids of the county's templates.
    #[schema(max_items = 3)]
    pub templates: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct MyWeChat {
    /// The county has a mini-program.
    pub on: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub linked: Option<Time>,
    /// The county's templates, to ask for.
    pub templates: Vec<String>,
    /// Messages that I accepted and that were not sent yet.
    pub left: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// From the link.
    pub invitation: String,
    pub password: String,
}

/// Also set as a cookie. Programs send the token as `Authorization: Bearer`.
#[derive(Serialize, ToSchema)]
pub struct Session {
    pub token: String,
    #[schema(value_type = Uuid)]
    pub account: AccountId,
    /// False until a second factor is set up: such a session can do nothing but that.
    pub full: bool,
    /// The account was made by this sign-in.
    pub new: bool,
}

impl From<Opened> for Session {
    fn from(o: Opened) -> Self {
        Session { token: o.token, account: o.account, full: o.full, new: o.new }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Me {
    #[schema(value_type = Uuid)]
    pub account: AccountId,
    /// `resident`, `staff` or `machine`.
    #[schema(value_type = String)]
    pub kind: AccountKind,
    #[schema(value_type = i32)]
    pub county: i32,
    /// One's own, unmasked.
    pub name: Option<String>,
    pub phone: Option<String>,
    /// The registered household.
    #[schema(value_type = Option<Region>)]
    pub region: Option<Code>,
    /// False until a second factor is set up.
    pub full: bool,
    pub seats: Vec<MySeat>,
}

/// A seat that I hold at this moment.
#[derive(Serialize, ToSchema)]
pub struct MySeat {
    #[schema(value_type = Uuid)]
    pub seat: SeatId,
    pub role: String,
    pub role_name: Words,
    #[schema(value_type = Region)]
    pub region: Code,
    pub region_name: String,
    pub unit: Option<String>,
    /// For the holder who is away: 代.
    pub acting: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

impl From<&Text> for Words {
    fn from(t: &Text) -> Self {
        Words { zh: t.zh.clone(), en: t.en.clone() }
    }
}

#[derive(Serialize, ToSchema)]
pub struct MySession {
    #[schema(value_type = Uuid)]
    pub id: SessionId,
    pub device: String,
    #[schema(value_type = String, format = DateTime)]
    pub made: Time,
    #[schema(value_type = String, format = DateTime)]
    pub seen: Time,
    #[schema(value_type = String, format = DateTime)]
    pub until: Time,
    /// The one that asks.
    pub this: bool,
}

#[derive(Serialize, ToSchema)]
pub struct Looked {
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// The seat that looked, as people say it.
    pub who: String,
    /// What was on the desk.
    pub seen_in: Uuid,
    pub fields: Vec<String>,
    pub purpose: Words,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct Erased {
    /// Texts that went.
    pub words: u64,
    pub kept: Vec<Kept>,
}

/// What stays, and why.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Kept {
    pub what: Words,
    pub why: Words,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeProfile {
    pub name: Option<String>,
    /// The registered household: a region code.
    #[schema(value_type = Option<Region>)]
    pub region: Option<Code>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub login: String,
    pub old: String,
    pub new: String,
    /// The six digits of the authenticator, where one is set up.
    pub second: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SecondFactorOffer {
    /// Base32, to type in.
    pub secret: String,
    /// `otpauth://…`, to show as a picture.
    pub url: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmSecondFactor {
    pub code: String,
}

#[derive(Serialize, ToSchema)]
pub struct SecondFactor {
    /// Each stands in for a code, once. Shown this once.
    pub recovery: Vec<String>,
    pub session: Session,
}

#[derive(Serialize, ToSchema)]
pub struct MyConsent {
    pub purpose: String,
    #[schema(value_type = String, format = DateTime)]
    pub given: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub withdrawn: Option<Time>,
    pub wording: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveConsent {
    /// `sms`: to be told of one's matters by text message; `wechat`: by a message in WeChat.
    #[schema(pattern = "^(sms|wechat)$")]
    pub purpose: String,
    /// Version of the words that were agreed to.
    #[schema(max_length = 60)]
    pub wording: String,
}
