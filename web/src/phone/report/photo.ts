// Photos are made small before they are kept: what is sent is drawn anew, so nothing that the camera wrote into the file goes along.

const LONGEST = 1600;
const QUALITY = 0.82;

/** A JPEG of at most 1,600 px; null where this browser cannot read the picture. */
export async function small(file: Blob): Promise<Blob | null> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return null;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const draw = canvas.getContext("2d");
  if (!draw) return null;
  // What is transparent in a PNG would come out black.
  draw.fillStyle = "#fff";
  draw.fillRect(0, 0, canvas.width, canvas.height);
  draw.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}
