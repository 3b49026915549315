// form-js-editor 1.23 has no translate(): its literals are wrapped where they are shown.
export const editorRule = (speak) => ({
  file: /[\\/]form-js-editor[\\/](dist|node_modules[\\/]@bpmn-io[\\/]form-js-viewer[\\/]dist)[\\/]index\.es\.js$/,
  family: "form-js-editor",
  before: speak,
  change(text, path) {
    let wrapped = 0;
    let changed = text.replace(/\b(label|title|description|placeholder|tooltip|children|header|addLabel|"aria-label"):\s*("(?:[^"\\\n]|\\.)*[A-Za-z]{2}(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*[A-Za-z]{2}(?:[^'\\\n]|\\.)*')(?=\s*[,}\n])/g, (whole, key, literal) => {
      if (/bpmn\.io/.test(literal)) return whole; // the watermark stays as it is
      if (/^.(fjs-|https?:|[a-z]+[A-Z]|[a-z]+-[a-z]+.$)/.test(literal)) return whole;
      wrapped += 1;
      return `${key}: __t(${literal})`;
    });
    if (path.includes("form-js-viewer"))
      changed = changed
        .replace(/^  name: '([A-Z][A-Za-z ]+)'/gm, (whole, words) => ((wrapped += 1), `  name: __t('${words}')`))
        .replace("return 'No files selected';", "return __t('No files selected');");
    else
      for (const words of ["'Form'", "'Select a form field to edit its properties.'", "'Multiple form fields are selected. Select a single form field to edit its properties.'"]) {
        const shown = new RegExp(`(return |text: )${words.replaceAll(".", "\\.")}`);
        if (!shown.test(changed)) throw new Error(`${path}: the text to translate is gone: ${words}`);
        changed = changed.replace(shown, (_, before) => `${before}__t(${words})`);
      }
    if (wrapped < (path.includes("form-js-viewer") ? 15 : 90)) throw new Error(`${path}: only ${wrapped} literals found to translate`);
    return changed;
  },
});
