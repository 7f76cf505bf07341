// The sentences that the engine makes with say`...`, as they stand in its sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const electron = join(import.meta.dirname, '../../electron');

/** English, with {0}, {1} and so on for what is filled in; each once. */
export function sentencesOfEngine(): string[] {
  const found = new Set<string>();
  for (const name of readdirSync(electron, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const source = ts.createSourceFile(name, readFileSync(join(electron, name), 'utf8'), ts.ScriptTarget.Latest);
    const look = (node: ts.Node): void => {
      if (ts.isTaggedTemplateExpression(node) && ts.isIdentifier(node.tag) && node.tag.text === 'say')
        found.add(textOf(node.template));
      ts.forEachChild(node, look);
    };
    look(source);
  }
  return [...found].sort();
}

function textOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return template.templateSpans.reduce((text, { literal }, i) => `${text}{${i}}${literal.text}`, template.head.text);
}
