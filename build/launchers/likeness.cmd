@echo off
rem The command line of the installed application: its own program, run as Node.
setlocal
set ELECTRON_RUN_AS_NODE=1
"%~dp0..\Likeness.exe" "%~dp0app.asar\out\electron\cli.js" %*
