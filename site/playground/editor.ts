// The editor: CodeMirror in the colours of the site, and marks of lines with errors.
import { javascript } from '@codemirror/lang-javascript';
import { syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { classHighlighter } from '@lezer/highlight';
import { basicSetup, EditorView } from 'codemirror';

export interface Editor {
  get code(): string;
  set code(code: string);
  /** Marks a line, counted from 1, with what is wrong there. */
  readonly mark: (line: number, message: string) => void;
  readonly unmark: () => void;
  /** Goes to a line. */
  readonly goTo: (line: number) => void;
}

export function createEditor(parent: Element): Editor {
  const view = new EditorView({
    parent,
    extensions: [
      basicSetup,
      javascript(),
      syntaxHighlighting(classHighlighter),
      EditorView.contentAttributes.of({ 'aria-label': 'Code', tabindex: '0' }),
    ],
  });
  const lineAt = (line: number): { from: number; to: number } =>
    view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  return {
    get code() {
      return view.state.doc.toString();
    },
    set code(code) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: code }, selection: { anchor: 0 } });
    },
    mark: (line, message) => {
      const { from, to } = lineAt(line);
      view.dispatch(setDiagnostics(view.state, [{ from, to, severity: 'error', message }]));
    },
    unmark: () => view.dispatch(setDiagnostics(view.state, [])),
    goTo: (line) => {
      view.dispatch({ selection: { anchor: lineAt(line).from }, scrollIntoView: true });
      view.focus();
    },
  };
}
