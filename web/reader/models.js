// The models that ship with the package, as model/models.json lists them and build.js completes them. The first is taken where
// none is asked for.

export const MODELS = __MODELS__;

/** The first of them with this precision, or the first of all. @param {'f32' | 'int8' | undefined} precision */
export const ownModel = (precision) =>
  MODELS.find((model) => precision === undefined || model.precision === precision) ?? MODELS[0];

/** The one of them that a reader has loaded; undefined where it has another. A page that is no secure context makes no
 * hashes: there a model is what it calls itself.
 * @param {Pick<import('./types.d.ts').Findings, 'model' | 'engine'>} loaded */
export const listedModel = ({ model: { name, version, sha256 }, engine: { precision } }) =>
  MODELS.find((one) =>
    sha256 === null
      ? one.name === name && one.version === version && one.precision === precision
      : one.sha256 === sha256,
  );
