/** The package version, put in by build.js. */
declare const __VERSION__: string;
/** Paths of the sample films inside the site, put in by build.js. */
declare const __SAMPLES__: string[];
/** Codes of the languages in web/view/messages/, put in by build.js. */
declare const __LANGUAGES__: string[];
/** A style sheet's text, put in by build.js. */
declare module '*.css' {
  const text: string;
  export default text;
}
/** Path of the self-test's built-in film inside the site, put in by build.js. */
declare const __SELF_TEST__: string;

/** The models of the package: model/models.json with what build.js finds out. `logit` is what a model must say of the
 * self-test's film. */
declare const __MODELS__: {
  file: string;
  name: string;
  version: string;
  precision: 'f32' | 'int8';
  patients: string[];
  sha256: string;
  logit: number;
}[];
/** In the edition that is one file, parts of the site that web/build/single-file.js puts in. */
declare module 'dist:*' {
  const factory: any;
  export default factory;
}
declare module 'packed:samples' {
  const files: Record<string, string>;
  export default files;
}
declare module 'packed:*' {
  const file: string;
  export default file;
}
