/** Runes everywhere: no component may fall back to the older reactivity. */
export default { compilerOptions: { runes: true } };
