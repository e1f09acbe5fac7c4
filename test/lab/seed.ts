import fc from 'fast-check';

// The whole suite draws the same examples every time, so that a red run can be run again; `PI_BRAIN_SEED=random`, or a
// test file run alone, looks further afield. fast-check prints the seed of what it finds.
const {PI_BRAIN_SEED: seed = '20261121'} = process.env;
if (seed !== 'random') fc.configureGlobal({seed: Number(seed)});
