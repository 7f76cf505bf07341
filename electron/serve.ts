export async function serve(_: { libraryPath: string; folders: string[]; port: number; openBrowser: boolean; embedder: string | undefined }): Promise<void> {}
