//! The OpenAPI document: what all operations share is said here once.

use crate::{app::App, edge};
use axum::{Router, http::header, routing::get};
use std::sync::Arc;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ContactBuilder, Content, HttpMethod, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ResponseBuilder,
        ServerBuilder,
        path::{Operation, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Schema, SchemaType, Type},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

pub fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("数乡 Shuxiang")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "The JSON API of a county. Errors are problem details (RFC 9457) with a stable `code`. Lists page by `cursor`. \
             Writes that declare it take an `Idempotency-Key`: the same key and body again is answered with the first answer and does nothing more. \
             What was done a while ago, as on a telephone without a network, says so by `Done-Ago`, in seconds; it is told and decides nothing. \
             Region codes are strings of digits; times are RFC 3339.",
        ))
        .contact(Some(ContactBuilder::new().name(Some("Shuxiang")).url(Some("https://github.com/shuxiang-county/shuxiang")).build()))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    OpenApiBuilder::new().info(info).servers(Some([ServerBuilder::new().url("/").build()])).build()
}

/// Writes that check no `Idempotency-Key`: they only look, are the same done twice, take a whole file, or hand out a
/// secret, which is kept nowhere to be answered again.
const WITHOUT_KEY: &[&str] = &[
    "accept_invitation",
    "cancel_things",
    "change_password",
    "check_messages",
    "check_things",
    "commit_messages",
    "commit_things",
    "confirm_second_factor",
    "drop_messages",
    "end_other_sessions",
    "end_session",
    "follow_by_receipt",
    "import_messages",
    "invite_official",
    "make_account",
    "make_key",
    "move_versions",
    "offer_second_factor",
    "recode_region",
    "request_code",
    "sign_in",
    "sign_in_by_code",
    "sign_in_by_wechat",
    "sign_out",
    "suggest_category",
    "unmask_sender",
    "unmask_thing",
    "unseal_sender",
    "upload_file",
    "withdraw_consent",
];

/// Adds to every operation the answer of an error, to every write its key, and the ways to say who one is.
pub fn finish(api: &mut OpenApi) {
    let components = api.components.get_or_insert_default();
    let mut schemas = vec![("Problem".to_owned(), edge::Details::schema())];
    edge::Details::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let session = ApiKey::Cookie(ApiKeyValue::new("__Host-session"));
    components.add_security_scheme("session", SecurityScheme::ApiKey(session));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A session's token or an API key")).build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    for item in api.paths.paths.values_mut() {
        let writes = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in writes.into_iter().flatten() {
            if !operation.operation_id.as_deref().is_some_and(|id| WITHOUT_KEY.contains(&id)) {
                add_key(operation);
            }
        }
        let all = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in all.into_iter().flatten() {
            no_empty_query(operation);
            add_problem(operation);
        }
    }
}

fn add_problem(operation: &mut Operation) {
    let content = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
    let problem = ResponseBuilder::new().description("出错 / An error").content("application/problem+json", content).build();
    operation.responses.responses.entry("default".to_owned()).or_insert(RefOr::T(problem));
    if operation.security.is_none() {
        let none: [&str; 0] = [];
        operation.security =
            Some(vec![SecurityRequirement::new("session", none), SecurityRequirement::new("bearer", none), SecurityRequirement::default()]);
    }
}

/// `?region=` is refused, so the document says it of every text in a query.
fn no_empty_query(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        if let (ParameterIn::Query, Some(RefOr::T(Schema::Object(text)))) = (&parameter.parameter_in, &mut parameter.schema)
            && text.format.is_none()
            && text.enum_values.is_none()
            && text.schema_type == SchemaType::Type(Type::String)
        {
            text.min_length.get_or_insert(1);
        }
    }
}

fn add_key(operation: &mut Operation) {
    let text =
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(200)).pattern(Some("^[!-~]{1,200}$")).build();
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("同一请求重发时用同一个值 / The same value when the same request is sent again"))
        .schema(Some(RefOr::T(text.into())))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(key));
}

/// As it is served and kept under version control.
pub fn text(api: &OpenApi) -> String {
    api.to_pretty_json().unwrap_or_default() + "\n"
}

pub fn route(text: String) -> Router<App> {
    let text: Arc<str> = text.into();
    Router::new().route("/api/openapi.json", get(move || async move { ([(header::CONTENT_TYPE, "application/json")], text.to_string()) }))
}

/// Every operation, for tests that replay them all.
pub fn operations(api: &OpenApi) -> Vec<(HttpMethod, String, String)> {
    let mut all = Vec::new();
    for (path, item) in &api.paths.paths {
        let methods = [
            (HttpMethod::Get, &item.get),
            (HttpMethod::Post, &item.post),
            (HttpMethod::Put, &item.put),
            (HttpMethod::Patch, &item.patch),
            (HttpMethod::Delete, &item.delete),
        ];
        for (method, operation) in methods {
            if let Some(o) = operation {
                all.push((method, path.clone(), o.operation_id.clone().unwrap_or_default()));
            }
        }
    }
    all
}
