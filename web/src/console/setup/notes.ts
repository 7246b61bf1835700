// Signed notes of the journal (the form of transparency logs): a chain's length and head, and the server's signature over them.

export interface Note { chain: string; size: number; head: string; good: boolean | null }
export interface Notes { key: string; notes: Note[] }

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

export async function readNotes(text: string): Promise<Notes> {
  const [key = "", ...parts] = text.split("\n\n");
  // name+hash+base64 of the algorithm (1: Ed25519) and the public key
  const raw = bytes(key.trim().split("+").slice(2).join("+"));
  const verifier = await crypto.subtle?.importKey("raw", raw.slice(1), "Ed25519", false, ["verify"]).catch(() => null);
  const notes: Note[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const signed = `${(parts[i] ?? "").replace(/^\n+/, "")}\n`;
    const [chain = "", size = "", head = ""] = signed.split("\n");
    const line = (parts[i + 1] ?? "").split("\n").find((l) => l.startsWith("— "));
    const signature = line ? bytes(line.split(" ")[2] ?? "").slice(4) : null;
    const good = verifier && signature ? await crypto.subtle.verify("Ed25519", verifier, signature, new TextEncoder().encode(signed)) : null;
    notes.push({ chain, size: Number(size), head, good });
  }
  return { key: key.trim(), notes };
}
