// Starts `mvm lsp` and hands it to the editor; everything else is the server's.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

/** @type {LanguageClient | undefined} */
let client;

/** The mvm command that the user wants. */
function command() {
  return vscode.workspace.getConfiguration("mob").get("mvm", "mvm");
}

async function start() {
  const server = { command: command(), args: ["lsp"] };
  client = new LanguageClient("mob", "Mob", server, {
    documentSelector: [{ language: "mob" }],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.mob") },
  });
  try {
    await client.start();
  } catch (error) {
    const settings = "Open settings";
    const text = `The language server could not be started: ${error.message ?? error}. Is ${command()} installed?`;
    if ((await vscode.window.showErrorMessage(text, settings)) === settings) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "mob.mvm");
    }
  }
}

async function stop() {
  const running = client;
  client = undefined;
  // A server that never came up can't be stopped.
  if (running?.isRunning()) await running.stop();
}

/** Runs a subcommand of mvm on the file in the active editor, in a terminal. */
async function runInTerminal(subcommand) {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "mob" || document.isUntitled) return;
  await document.save();
  // A task is given its arguments one by one, so that no shell has to be told of spaces in a path.
  const execution = new vscode.ProcessExecution(command(), [subcommand, document.uri.fsPath]);
  const folder = vscode.workspace.getWorkspaceFolder(document.uri) ?? vscode.TaskScope.Workspace;
  const task = new vscode.Task({ type: "mob" }, folder, `mvm ${subcommand}`, "mob", execution);
  await vscode.tasks.executeTask(task);
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("mob.restart", async () => {
      await stop();
      await start();
    }),
    vscode.commands.registerCommand("mob.run", () => runInTerminal("run")),
    vscode.commands.registerCommand("mob.test", () => runInTerminal("test")),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (!change.affectsConfiguration("mob.mvm")) return;
      await stop();
      await start();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
