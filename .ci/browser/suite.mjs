// Runs pytest in Pyodide, whichever JavaScript it lives in; returns pytest's exit code.
//   packages   names that Pyodide's own list knows, and wheels by path or address
//   install    Python that installs the wheel, if loadPackage is not to do it
//   files      a zip archive of tests/, what the tests import, and pyproject.toml
export async function suite(loadPyodide, { packages, install, files, argv, print }) {
  const pyodide = await loadPyodide({ stdout: print, stderr: print });
  await pyodide.loadPackage(packages, { messageCallback: () => {}, checkIntegrity: true });
  await pyodide.runPythonAsync(install);
  pyodide.unpackArchive(files, "zip", { extractDir: "/tests" });
  pyodide.globals.set("argv", pyodide.toPy(argv));
  return await pyodide.runPythonAsync(`
import os, sys

sys.dont_write_bytecode = True
sys.path.append("/tests/site")
os.chdir("/tests")
import pytest

# The older Emscriptens lose the file that pytest would capture output in.
int(pytest.main(["-q", "--capture=sys", "-p", "no:cacheprovider", *argv]))
`);
}
