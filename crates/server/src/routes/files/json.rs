use base::Time;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

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
