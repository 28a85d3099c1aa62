// The models that ship with the package, as model/models.json lists them and build.js completes them. The first is taken where
// none is asked for.

export const MODELS = __MODELS__;

/** The first of them with this precision, or the first of all. @param {'f32' | 'int8' | undefined} precision */
export const ownModel = (precision) =>
  MODELS.find((model) => precision === undefined || model.precision === precision) ?? MODELS[0];
