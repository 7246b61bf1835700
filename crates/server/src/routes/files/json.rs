use base::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskFile {
    /// `small`: a photo's thumbnail, a JPEG.
    #[param(inline)]
    pub size: Option<Size>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    Small,
}

#[derive(Serialize, ToSchema)]
pub struct Uploaded {
    /// Names it in forms.
    pub id: Uuid,
    pub kind: String,
    pub size: i64,
    /// Of a photo.
    pub photo: Option<Photo>,
}

/// What the camera wrote into the photo, before that was taken out of it: a claim and no proof.
#[derive(Serialize, ToSchema)]
pub struct Photo {
    pub width: u32,
    pub height: u32,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub taken: Option<Time>,
    pub lat: Option<f64>,
    pub long: Option<f64>,
}
