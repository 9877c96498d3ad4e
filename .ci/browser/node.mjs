// node node.mjs PYODIDE FILES PACKAGE[,PACKAGE...] ARGUMENT...: pytest in Node.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { suite } from "./suite.mjs";

const [folder, files, packages, ...argv] = process.argv.slice(2);
const { loadPyodide } = await import(resolve(folder, "pyodide.mjs"));
process.exit(
  await suite(loadPyodide, {
    packages: packages.split(","),
    install: "",
    files: new Uint8Array(readFileSync(files)),
    argv,
    print: console.log,
  }),
);
