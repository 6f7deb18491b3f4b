import { FormatError, refuse } from '../core/errors.js';

/** A line of a CSV text: its cells, and where it begins. */
export interface CsvRecord {
  readonly cells: string[];
  /** Line number, counted from 1. */
  readonly line: number;
}

interface Cell {
  readonly text: string;
  /** Where the cell ends: at a delimiter, a line break or the end of the text. */
  readonly end: number;
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

function isBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r' || character === undefined;
}

function plainCell(text: string, start: number, delimiter: string): Cell {
  let end = start;
  while (text[end] !== delimiter && !isBreak(text[end])) end++;
  return { text: text.slice(start, end), end };
}

function quotedCell(text: string, start: number, delimiter: string): Cell {
  let cell = '';
  for (let from = start + 1; ;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) refuse(FormatError, 'readCsv', 'a closing quote', `none from line ${lineOf(text, start)} on`);
    cell += text.slice(from, quote);
    const next = text[quote + 1];
    if (next !== '"') {
      if (next === delimiter || isBreak(next)) return { text: cell, end: quote + 1 };
      const line = lineOf(text, quote);
      refuse(FormatError, 'readCsv', 'a delimiter after the closing quote', `'${next}' in line ${line}`);
    }
    cell += '"';
    from = quote + 2;
  }
}

/**
 * Splits CSV (RFC 4180) into cells: quoted cells may hold delimiters, line breaks and doubled quotes; lines end in LF,
 * CR or CR LF. Blank lines are left out, and so is a byte order mark.
 */
export function parseCsv(text: string, delimiter: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let line = 1;
  let first = 1;
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length;) {
    const cell = text[at] === '"' ? quotedCell(text, at, delimiter) : plainCell(text, at, delimiter);
    const isBlank = cells.length === 0 && cell.end === at;
    for (let i = at; i < cell.end; i++) if (text[i] === '\n') line++;
    cells.push(cell.text);
    at = cell.end + 1;
    if (text[cell.end] === delimiter) {
      if (at < text.length) continue;
      cells.push(''); // a delimiter at the end of the text means an empty last cell
    }
    if (text[cell.end] === '\r' && text[at] === '\n') at++;
    if (!isBlank || text[cell.end] === delimiter) records.push({ cells, line: first });
    cells = [];
    first = ++line;
  }
  return records;
}
