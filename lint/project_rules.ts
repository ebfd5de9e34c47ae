/**
 * Holds rules of this project that no built-in lint rule holds.
 *
 * - `no-type-cast`: `as` tells the checker to be quiet. `as const` is fine; what comes from outside
 *   is parsed instead.
 * - `no-computed-import`: in a compiled program a dynamic `import()` of a file on disk passes by the
 *   permissions, so its target must be a literal that can be read here.
 */
const plugin: Deno.lint.Plugin = {
  name: "project",
  rules: {
    "no-type-cast": {
      create(context): Deno.lint.LintVisitor {
        return {
          TSAsExpression(node): void {
            if (!isConst(node.typeAnnotation)) {
              context.report({
                node,
                message: "Type cast silences the checker",
                hint: "Parse the value, narrow it, or let the type follow from its source",
              });
            }
          },
          TSTypeAssertion(node): void {
            context.report({ node, message: "Type cast silences the checker" });
          },
        };
      },
    },
    "no-computed-import": {
      create(context): Deno.lint.LintVisitor {
        return {
          ImportExpression(node): void {
            if (node.source.type !== "Literal") {
              context.report({ node, message: "Dynamic import of something that is no literal" });
            }
          },
        };
      },
    },
  },
};

function isConst(type: Deno.lint.TypeNode): boolean {
  return type.type === "TSTypeReference" && type.typeName.type === "Identifier" &&
    type.typeName.name === "const";
}

export default plugin;
