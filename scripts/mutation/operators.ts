// What is changed in a source, node by node of its syntax tree. Types, imports and what only words an error are left alone: a type has no
// effect at run time, and the sentences of errors may be rewritten freely.

import ts from 'typescript';

/** One way to write a node otherwise. */
export interface Change {
  readonly operator: string;
  readonly text: string;
}

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
};

const ARITHMETIC: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&': '|',
  '|': '&',
  '^': '&',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
};

const ASSIGNMENTS: Readonly<Record<string, string>> = {
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '&=': '|=',
  '|=': '&=',
  '^=': '&=',
  '<<=': '>>>=',
  '>>>=': '<<=',
  '??=': '=',
};

const LOGICAL: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' };

/** What makes an error, or fails a connection with one: the first argument is a code, the rest are words. */
const COMPLAINTS = /^(?:#?fail|failed|refuse|handshakeError|(?:Usage|Protocol|Handshake)Error)$/;
/** Members of the tables of errors that are words. */
const WORDS: ReadonlySet<string> = new Set(['message', 'section']);
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** Whether nothing beneath the node is changed. */
export function isLeftAlone(node: ts.Node): boolean {
  if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeParameterDeclaration(node)) return true;
  if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && WORDS.has(node.name.text)) return true;
  const { parent } = node;
  if (parent === undefined || !(ts.isCallExpression(parent) || ts.isNewExpression(parent))) return false;
  const values: readonly ts.Node[] = parent.arguments ?? [];
  const place = values.indexOf(node);
  return place > 0 && COMPLAINTS.test(calledName(parent.expression)) && !isOptions(node);
}

/** An object among the arguments of an error, such as its HTTP status, is no words. */
function isOptions(node: ts.Node): boolean {
  return ts.isObjectLiteralExpression(node);
}

function calledName(callee: ts.Expression): string {
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text;
  return ts.isIdentifier(callee) ? callee.text : '';
}

/**
 * How the node could be written otherwise.
 *
 * @param codes the lists of error codes: one is replaced by another of its list
 */
export function changes(node: ts.Node, codes: readonly (readonly string[])[]): Change[] {
  if (!ts.isExpression(node)) return ofStatement(node);
  return [...ofExpression(node, codes), ...ofCondition(node)];
}

function ofBinary(node: ts.BinaryExpression): Change[] {
  const operator = node.operatorToken.getText();
  const left = node.left.getText();
  const right = node.right.getText();
  const written = (other: string): string => `${left} ${other} ${right}`;
  const compared = COMPARISONS[operator];
  if (compared !== undefined) {
    const boundary = compared.map((other) => ({ operator: `${operator} to ${other}`, text: written(other) }));
    return isTested(node) ? boundary : [...boundary, ...truths()];
  }
  const swapped = LOGICAL[operator];
  if (swapped !== undefined) {
    const change = { operator: `${operator} to ${swapped}`, text: `(${left}) ${swapped} (${right})` };
    return [change, { operator: `only the left of ${operator}`, text: left }, rightOnly(operator, right)];
  }
  if (operator === '??') return [{ operator: 'only the left of ??', text: left }, rightOnly(operator, right)];
  const arithmetic = ARITHMETIC[operator];
  if (arithmetic !== undefined && !isText(node.left) && !isText(node.right)) {
    return [{ operator: `${operator} to ${arithmetic}`, text: written(arithmetic) }];
  }
  const assignment = ASSIGNMENTS[operator];
  if (assignment !== undefined && !isIncrement(node) && !isText(node.right)) {
    return [{ operator: `${operator} to ${assignment}`, text: written(assignment) }];
  }
  return [];
}

function rightOnly(operator: string, right: string): Change {
  return { operator: `only the right of ${operator}`, text: right };
}

function truths(): Change[] {
  return [
    { operator: 'true', text: 'true' },
    { operator: 'false', text: 'false' },
  ];
}

/** Text is joined with +, which has no opposite. */
function isText(node: ts.Expression): boolean {
  if (ts.isBinaryExpression(node)) return isText(node.left) || isText(node.right);
  return ts.isStringLiteral(node) || ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node);
}

/** The step of a `for`: changed, it would only be a loop without end, which says nothing about the tests. */
function isIncrement(node: ts.Node): boolean {
  return ts.isForStatement(node.parent) && node.parent.incrementor === node;
}

/** Whether the node is a condition, or a part of one, which is made true and false as a whole. */
function isTested(node: ts.Node): boolean {
  const parent = node.parent;
  if (ts.isParenthesizedExpression(parent)) return isTested(parent);
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isBinaryExpression(parent)) return LOGICAL[parent.operatorToken.getText()] !== undefined;
  return isConditionOf(node, parent);
}

function isConditionOf(node: ts.Node, parent: ts.Node): boolean {
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent)) {
    return parent.expression === node;
  }
  return (ts.isForStatement(parent) || ts.isConditionalExpression(parent)) && parent.condition === node;
}

function ofCondition(node: ts.Expression): Change[] {
  if (!isConditionOf(node, node.parent) || node.kind === ts.SyntaxKind.TrueKeyword) return [];
  // A loop that never ends says nothing about the tests.
  const loops = ts.isForStatement(node.parent) || ts.isWhileStatement(node.parent) || ts.isDoStatement(node.parent);
  return truths().filter(({ text }) => text === 'false' || !loops);
}

function ofExpression(node: ts.Expression, codes: readonly (readonly string[])[]): Change[] {
  if (ts.isBinaryExpression(node)) return ofBinary(node);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return ofUnary(node);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return isLoopForever(node) ? [] : [truths()[1] as Change];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [truths()[0] as Change];
  if (ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)) return ofNumber(node);
  if (ts.isStringLiteral(node)) return ofString(node, codes);
  return [];
}

function isLoopForever(node: ts.Node): boolean {
  return ts.isWhileStatement(node.parent);
}

function ofUnary(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): Change[] {
  const operand = node.operand.getText();
  switch (node.operator) {
    case ts.SyntaxKind.PlusPlusToken:
    case ts.SyntaxKind.MinusMinusToken: {
      if (isIncrement(node)) return [];
      const [from, to] = node.operator === ts.SyntaxKind.PlusPlusToken ? ['++', '--'] : ['--', '++'];
      const text = ts.isPrefixUnaryExpression(node) ? `${to}${operand}` : `${operand}${to}`;
      return [{ operator: `${from} to ${to}`, text }];
    }
    case ts.SyntaxKind.ExclamationToken:
      return [{ operator: 'without !', text: operand }];
    default:
      return [{ operator: `without ${ts.tokenToString(node.operator) ?? ''}`, text: operand }];
  }
}

function ofNumber(node: ts.NumericLiteral | ts.BigIntLiteral): Change[] {
  if (ts.isPropertyAssignment(node.parent) && node.parent.name === node) return [];
  const one = ts.isBigIntLiteral(node) ? '1n' : '1';
  const more = { operator: 'number + 1', text: `(${node.getText()} + ${one})` };
  return isConstant(node) ? [more, { operator: 'number - 1', text: `(${node.getText()} - ${one})` }] : [more];
}

/** Whether the node belongs to a value that the module holds from its beginning, such as a limit. */
function isConstant(node: ts.Node): boolean {
  const statement = ts.findAncestor(node, (one) => ts.isStatement(one) || ts.isFunctionLike(one));
  return statement !== undefined && ts.isVariableStatement(statement) && ts.isSourceFile(statement.parent);
}

function ofString(node: ts.StringLiteral, codes: readonly (readonly string[])[]): Change[] {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return [];
  if (CODE.test(node.text)) {
    const list = codes.find((one) => one.includes(node.text)) ?? [];
    const other = list.find((one) => one !== node.text);
    return other === undefined ? [] : [{ operator: 'another code', text: `'${other}'` }];
  }
  // What is compared with is changed by its comparison.
  if (node.text === '' || ts.isBinaryExpression(parent) || ts.isCaseClause(parent)) return [];
  return [{ operator: 'empty string', text: "''" }];
}

function ofStatement(node: ts.Node): Change[] {
  if (!ts.isStatement(node) || isAllOfAnIf(node)) return [];
  if (ts.isExpressionStatement(node)) {
    const { expression } = node;
    const isSuper = ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword;
    return isSuper ? [] : [{ operator: 'statement removed', text: '' }];
  }
  const leaves =
    ts.isThrowStatement(node) || ts.isBreakOrContinueStatement(node) || (ts.isReturnStatement(node) && isGuarded(node));
  return leaves ? [{ operator: 'statement removed', text: '' }] : [];
}

/** The condition of such an `if` is made false, which comes to the same. */
function isAllOfAnIf(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBlock(parent)) return parent.statements.length === 1 && isAllOfAnIf(parent);
  return ts.isIfStatement(parent) && parent.elseStatement === undefined;
}

function isGuarded(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isIfStatement(parent) || (ts.isBlock(parent) && ts.isIfStatement(parent.parent));
}
