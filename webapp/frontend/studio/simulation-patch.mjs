// bpmn-js-token-simulation has no translate(): its sentences are wrapped where they are written.
const sentences = ["Focus process instance", "Set animation speed", "Token Simulation", "No Entries"];

export const simulationRule = (speak) => ({
  file: /[\\/]bpmn-js-token-simulation[\\/]lib[\\/].*\.js$/,
  family: "bpmn-js-token-simulation",
  before: speak,
  change(text) {
    const templates = text
      .replace(/title="([A-Z][A-Za-z/ ]+?)"/g, (whole, words) => `title="\${ __t(${JSON.stringify(words)}) }"`)
      .replace(/\btext: '([A-Z][^'\n]+)'/g, (whole, words) => `text: __t(${JSON.stringify(words)})`)
      .replace(/\|\| '(Task|Process|SubProcess)'/g, (whole, words) => `|| __t(${JSON.stringify(words)})`)
      .replace(/ : '(Process|SubProcess)'/g, (whole, words) => ` : __t(${JSON.stringify(words)})`)
      .replace("title=\"${ wait ? 'Remove' : 'Add' } pause point\"", "title=\"${ wait ? __t('Remove pause point') : __t('Add pause point') }\"")
      .replace("'<p class=\"bts-entry placeholder\">No Entries</p>'", '`<p class="bts-entry placeholder">No Entries</p>`')
      .replace("'Simulation Log'", "__t('Simulation Log')");
    return sentences.reduce((made, words) => made.replace(new RegExp(`(?<![\\w(\`"'] ?|__t\\()${words}(?=[ <$=])`, "g"), `\${ __t(${JSON.stringify(words)}) }`), templates);
  },
});
