import { membersOf, textOf } from './default-project.ts';

/**
 * Where the first application of an angular.json is built into, relative to it: `dist` where it does not say.
 * The builders called `application` put what browsers get into a folder of its own.
 * Angular documentation: "Workspace configuration", `outputPath`.
 */
export function angularOutput(angularJson: unknown): string {
  const projects = Object.entries(membersOf(membersOf(angularJson).projects));
  const [name, project] =
    projects.find(([, one]) => membersOf(one).projectType === 'application') ?? projects[0] ?? [];
  if (name === undefined) return 'dist';
  const { architect, targets } = membersOf(project);
  const build = membersOf(membersOf(architect ?? targets).build);
  const { outputPath } = membersOf(build.options);
  const isApplication = textOf(build.builder)?.endsWith(':application');
  const { base, browser } = membersOf(outputPath);
  const folder = textOf(outputPath) ?? textOf(base) ?? (isApplication ? `dist/${name}` : 'dist');
  const inside = isApplication ? (textOf(browser) ?? 'browser') : '';
  return inside === '' ? folder : `${folder}/${inside}`;
}
