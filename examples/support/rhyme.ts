// "The House That Jack Built", a nursery rhyme of the eighteenth century: every verse is the one before and a line more.
const LINES = [
  'the house that Jack built',
  'the malt that lay in',
  'the rat that ate',
  'the cat that killed',
  'the dog that worried',
  'the cow with the crumpled horn that tossed',
  'the maiden all forlorn that milked',
  'the man all tattered and torn that kissed',
  'the priest all shaven and shorn that married',
  'the cock that crowed in the morn that woke',
  'the farmer sowing his corn that kept',
];

/** All verses. */
export const rhyme: string = LINES.map(
  (_, i) =>
    `This is ${LINES.slice(0, i + 1)
      .reverse()
      .join('\n')}.\n`,
).join('\n');
