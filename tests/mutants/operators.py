# SPDX-License-Identifier: BSL-1.0
"""What may be changed in the headers: each rule gives a range of bytes, its other text, and a key that outlives moves.

Left out, because no test at run time could tell: what the compiler evaluates, what macros make (assertions),
`invariants_hold`, which only tests call, and `memory_max`, an upper bound that tests hold to a share of the truth.
"""

import collections
import dataclasses
import re

INTEGERS = {"int", "unsigned int", "long", "unsigned long", "long long", "unsigned long long", "short",
            "unsigned short", "unsigned char", "signed char"}
RELATIONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "*": "+", "/": "*", "%": "/", "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "|"}
ASSIGNMENTS = {"+=": "-=", "-=": "+=", "*=": "+=", "/=": "*=", "|=": "&=", "&=": "|=", "^=": "|=", "<<=": ">>=",
               ">>=": "<<="}
STATEMENTS = {"CallExpr", "CXXMemberCallExpr", "BinaryOperator", "CompoundAssignOperator", "UnaryOperator",
              "CXXOperatorCallExpr", "ExprWithCleanups", "ConditionalOperator"}
FUNCTIONS = {"FunctionDecl", "CXXMethodDecl", "CXXConstructorDecl", "CXXDestructorDecl", "CXXConversionDecl"}
# What the compiler evaluates, and what stands only for types.
SKIPPED = {"StaticAssertDecl", "TemplateArgument", "ConceptDecl", "RequiresExpr", "EnumDecl", "ConstantExpr",
           "UnaryExprOrTypeTraitExpr", "ConceptSpecializationExpr", "NonTypeTemplateParmDecl", "TemplateTypeParmDecl",
           "CXXNoexceptExpr", "FriendDecl", "CXXDeductionGuideDecl", "SubstNonTypeTemplateParmExpr", "ParmVarDecl",
           "TypeAliasDecl", "UserDefinedLiteral", "CXXDefaultInitExpr", "CXXDefaultArgExpr",
           "ClassTemplateSpecializationDecl", "FullComment"}
SKIPPED_FUNCTIONS = {"invariants_hold", "memory_max", "memory_bytes_max"}
KEY_TEXT_MAX = 90
SWITCH, RANGE = b"\1", b"\2"


@dataclasses.dataclass(frozen=True)
class Mutant:
    header: str
    begin: int
    end: int
    text: bytes  # What stands instead: SWITCH is the switch, and RANGE what stood there, itself perhaps with others.
    key: str
    operator: str


class Walker:
    """Collects mutants of one tree."""

    def __init__(self, sources):
        self.sources = sources  # header: its bytes.
        self.found = {}  # (header, begin, end, text): (operator, function, words)
        self.enumerations = []  # Name, and the names of its values in order.

    def add(self, operator, node, begin, end, text, words, where):
        if self.sources[node.header][begin:end].strip():
            self.found.setdefault((node.header, begin, end, text), (operator, where, words))

    def source(self, node, begin=None, end=None):
        return self.sources[node.header][node.begin if begin is None else begin:node.end if end is None else end]

    def instead(self, operator, node, other, where):
        """`other` in place of an expression."""
        told = self.source(node)
        self.add(operator, node, node.begin, node.end, b"(\1 ? (" + other + b") : (\2))", told + b" => " + other, where)

    def flip(self, operator, node, where):
        """The contrary of a condition."""
        self.add(operator, node, node.begin, node.end, b"(\1 != static_cast<bool>(\2))", self.source(node) + b" => !",
                 where)

    def remember_enumerations(self, node):
        if node is None:
            return
        if node.kind == "EnumDecl":
            values = [child for child in node.children if child is not None and child.kind == "EnumConstantDecl"]
            self.enumerations.append((node.data.get("name"), [value.data["name"] for value in values]))
        for child in node.children:
            self.remember_enumerations(child)

    def walk(self, node, where):
        if node is None or node.kind in SKIPPED or node.data.get("isImplicit"):
            return
        if node.kind in FUNCTIONS:
            if node.data.get("name") in SKIPPED_FUNCTIONS or node.data.get("explicitlyDefaulted"):
                return
            if re.search(rb"\bconsteval\b", self.source(node).partition(b"{")[0]):
                return
            if node.data.get("name") != "operator()":
                where = [*where, node.data["name"]]
        elif node.kind in ("CXXRecordDecl", "ClassTemplateDecl") and "name" in node.data:
            where = where if where and where[-1] == node.data["name"] else [*where, node.data["name"]]
        elif node.kind == "VarDecl" and node.data.get("constexpr"):
            return
        elif node.kind == "FieldDecl" and node.data.get("isBitfield"):
            return
        for child in self.children_of(node, "::".join(where)):
            self.walk(child, where)

    def children_of(self, node, where):
        """Looks at one node; answers those of its children to go on with."""
        rule = getattr(self, "on_" + node.kind, None)
        children = node.children
        if node.kind.endswith("TemplateDecl"):
            # Not what its parameters are constrained by.
            return [child for child in children if child is not None and child.kind.endswith("Decl")]
        if node.kind == "IfStmt" and node.data.get("isConstexpr"):
            return children[1:]
        if node.kind == "CaseStmt":
            self.statements(children[1:], node, where)
            return children[1:]
        if node.kind == "CallExpr" and self.source(node).startswith(b"__builtin_"):
            return []  # Some of its arguments must be constants.
        if rule:
            rule(node, where)
        if node.kind == "CXXForRangeStmt":
            return children[-1:]
        # Steps of a loop that go back only make it endless.
        return [*children[:3], *children[4:]] if node.kind == "ForStmt" else children

    # Statements.

    def statements(self, children, node, where):
        for child in children:
            if child is None or child.kind not in STATEMENTS:
                continue
            source = self.sources[node.header]
            end = source.find(b";", child.end)
            if end < 0 or source[child.end:end].strip():
                continue
            self.add("delete statement", node, child.begin, end + 1, b"{ if (!\1) \2 }", self.source(child) + b" => ",
                     where)

    def on_CompoundStmt(self, node, where):
        self.statements(node.children, node, where)

    def on_DefaultStmt(self, node, where):
        self.statements(node.children, node, where)

    def on_ForStmt(self, node, where):
        self.statements(node.children[4:], node, where)

    def on_CXXForRangeStmt(self, node, where):
        self.statements(node.children[-1:], node, where)

    def on_WhileStmt(self, node, where):
        self.statements(node.children[-1:], node, where)
        if not node.data.get("hasVar") and node.children[0] is not None:
            self.flip("negate condition", node.children[0], where)

    def on_IfStmt(self, node, where):
        if node.data.get("hasInit") or node.data.get("hasVar"):
            self.statements(node.children[2:], node, where)
            return
        condition, then = node.children[:2]
        self.statements(node.children[1:], node, where)
        if condition is None or then is None:
            return
        self.flip("negate condition", condition, where)
        if node.data.get("hasElse"):
            return
        last = then
        while last is not None and last.kind == "CompoundStmt" and last.children:
            last = last.children[-1]
        if last is not None and last.kind in ("ReturnStmt", "ContinueStmt", "BreakStmt"):
            self.add("drop check", condition, condition.begin, condition.end, b"!\1 && (\2)",
                     self.source(condition) + b" => false", where)

    def on_ConditionalOperator(self, node, where):
        if node.children[0] is not None:
            self.flip("negate condition", node.children[0], where)

    # Expressions.

    def halves(self, node, left, right):
        """The texts around an operator, and the operator as it is written."""
        if left is None or right is None or not node.begin <= left.begin <= left.end <= right.begin < right.end:
            return None
        sign = self.source(node, left.end, right.begin).strip().decode()
        return self.source(left), sign, self.source(right)

    def relation_or_sum(self, node, left, right, where, sums):
        halves = self.halves(node, left, right)
        if halves is None:
            return
        first, sign, second = halves
        if sign in RELATIONS:
            self.instead("relation", node, first + f" {RELATIONS[sign]} ".encode() + second, where)
        elif sign in ARITHMETIC and sign in sums:
            self.instead("arithmetic", node, first + f" {ARITHMETIC[sign]} ".encode() + second, where)

    def drop_halves(self, node, left, right, form, where):
        for dropped, kept in ((left, b"right"), (right, b"left")):
            words = self.source(node) + b" => " + kept
            self.add("drop condition", node, dropped.begin, dropped.end, form, words, where)

    def on_BinaryOperator(self, node, where):
        left, right = node.children[0], node.children[1]
        halves = self.halves(node, left, right)
        if halves is None:
            return
        first, sign, second = halves
        if sign == "&&":
            self.drop_halves(node, left, right, b"(\1 || \2)", where)
        elif sign == "||":
            self.drop_halves(node, left, right, b"(!\1 && \2)", where)
        elif sign == ",":
            self.instead("delete statement", node, second, where)
        else:
            integers = {left.type.removeprefix("const "), right.type.removeprefix("const ")} <= INTEGERS
            self.relation_or_sum(node, left, right, where, ARITHMETIC if integers else ())

    def on_CXXOperatorCallExpr(self, node, where):
        if len(node.children) != 3:
            return
        left, right = node.children[1:]
        if left is None or right is None:
            return
        # A point in time and a duration, or two durations.
        times = "chrono" in left.type and "duration" in right.type and "time_point" not in right.type
        self.relation_or_sum(node, left, right, where, ("+", "-") if times else ())

    def on_CXXRewrittenBinaryOperator(self, node, where):
        inner = node.children[0]
        while inner is not None and inner.kind != "CXXOperatorCallExpr":
            inner = inner.children[0] if inner.children else None
        if inner is not None and len(inner.children) == 3:
            self.relation_or_sum(node, inner.children[1], inner.children[2], where, ())

    def on_CompoundAssignOperator(self, node, where):
        halves = self.halves(node, *node.children[:2])
        if halves is None or node.type not in INTEGERS:
            return
        first, sign, second = halves
        if sign in ASSIGNMENTS:
            self.instead("arithmetic", node, first + f" {ASSIGNMENTS[sign]} ".encode() + second, where)

    def on_UnaryOperator(self, node, where):
        text, sign = self.source(node), node.data.get("opcode")
        if sign in ("++", "--") and node.type in INTEGERS:
            self.instead("arithmetic", node, text.replace(sign.encode(), b"--" if sign == "++" else b"++", 1), where)
        elif sign == "!" and re.match(rb"!(?!=)", text):
            self.flip("negate condition", node, where)

    def on_IntegerLiteral(self, node, where):
        text = self.source(node)
        if not text[:1].isdigit():
            return
        self.instead("off by one", node, text + b" + 1", where)
        if not re.fullmatch(rb"0[uUlL]*", text):
            self.instead("off by one", node, text + b" - 1", where)

    def on_CXXBoolLiteralExpr(self, node, where):
        text = self.source(node)
        self.add("constant", node, node.begin, node.end, b"(\1 != \2)", text + b" => !", where)

    def on_DeclRefExpr(self, node, where):
        told = node.data.get("referencedDecl", {})
        if told.get("kind") != "EnumConstantDecl":
            return
        for enumeration, names in self.enumerations:
            if enumeration == node.type.split("::")[-1] and told["name"] in names[1:] + names[:-1]:
                text, other = self.source(node), names[(names.index(told["name"]) + 1) % len(names)]
                self.instead("constant", node, text[:len(text) - len(told["name"])] + other.encode(), where)
                return

    def on_CallExpr(self, node, where):
        text = self.source(node)
        for name, other in ((b"(std::min)", b"(std::max)"), (b"(std::max)", b"(std::min)")):
            if text.startswith(name):
                self.instead("bound", node, other + text[len(name):], where)
        if text.startswith(b"std::clamp(") and len(node.children) == 4 and node.children[1] is not None:
            self.instead("bound", node, self.source(node.children[1]), where)
        self.swap(node, where)

    def on_CXXMemberCallExpr(self, node, where):
        self.swap(node, where)

    def swap(self, node, where):
        """Two arguments of one type, exchanged; not those of what takes either order, nor a literal that would be
        assigned to."""
        if len(node.children) != 3 or None in node.children:
            return
        if re.match(rb"\(std::m|std::exchange|std::swap", self.source(node)):
            return
        _, first, second = node.children
        if first.type != second.type or "dependent" in first.type or not first.end <= second.begin:
            return
        one, two = self.source(first), self.source(second)
        if one != two and self.source(node, first.end, second.begin).strip() == b",":
            self.instead("swap", node, self.source(node, node.begin, first.begin) + two + b", " + one +
                         self.source(node, second.end, node.end), where)


def collect(trees, sources):
    """All mutants, without those whose ranges cross another's."""
    walker = Walker(sources)
    for tree in trees:
        walker.remember_enumerations(tree)
    for tree in trees:
        walker.walk(tree, [])
    mutants, times = [], collections.Counter()
    for (header, begin, end, text), (operator, where, words) in sorted(
            walker.found.items(), key=lambda item: (item[0][0], item[0][1], -item[0][2], item[0][3])):
        said = " ".join(words.decode().split())
        before, _, after = said.rpartition(" =>")
        key = f"{header} {where} [{operator}] {shortened(before)} =>{shortened(after)}"
        times[key] += 1
        mutants.append(Mutant(header, begin, end, text, key if times[key] == 1 else f"{key} #{times[key]}", operator))
    return mutants


def shortened(text):
    return text if len(text) <= KEY_TEXT_MAX else text[:KEY_TEXT_MAX - 20] + " ... " + text[-15:]
