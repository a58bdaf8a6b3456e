/** One file of a deployment, as visitors get it. */
export interface SiteFile {
  /** SHA-256 of the content, in hexadecimal: the name of its blob. */
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
  /** The content type. */
  readonly type: string;
  /** MD5 of the content, in hexadecimal: what the service gives as the ETag. */
  readonly md5: string;
  /** The same content compressed, where that makes it smaller. */
  readonly gzip?: Compressed;
  readonly brotli?: Compressed;
}

export interface Compressed {
  readonly hash: string;
  readonly size: number;
}

/** The files of a deployment by their paths, which have no leading slash. It never changes once it is made. */
export type SiteTree = ReadonlyMap<string, SiteFile>;
