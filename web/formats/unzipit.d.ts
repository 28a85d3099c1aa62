// The part of unzipit that is used here: its own types name a file in a way that TypeScript refuses.

export interface ZipEntry {
  nameBytes: Uint8Array;
  name: string;
  size: number;
  isDirectory: boolean;
  encrypted: boolean;
  /** Errors where the data are not of the declared size. */
  stream(): Promise<ReadableStream<Uint8Array>>;
}

export function unzipRaw(archive: Blob): Promise<{ entries: ZipEntry[] }>;
