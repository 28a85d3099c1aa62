/** The package version, put in by build.js. */
declare const __VERSION__: string;
/** Paths of the sample films inside the site, put in by build.js. */
declare const __SAMPLES__: string[];
/** Codes of the languages in web/messages/, put in by build.js. */
declare const __LANGUAGES__: string[];
/** A style sheet's text, put in by build.js. */
declare module '*.css' {
  const text: string;
  export default text;
}
