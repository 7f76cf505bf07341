; "Find similar in Likeness" in the menu of pictures in Explorer; in the person's own part of the registry, or the machine's, as it is installed.
!macro customInstall
  WriteRegStr SHCTX "Software\Classes\SystemFileAssociations\image\shell\Likeness" "" "Find similar in Likeness"
  WriteRegStr SHCTX "Software\Classes\SystemFileAssociations\image\shell\Likeness" "Icon" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  WriteRegStr SHCTX "Software\Classes\SystemFileAssociations\image\shell\Likeness\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
!macroend

!macro customUnInstall
  DeleteRegKey SHCTX "Software\Classes\SystemFileAssociations\image\shell\Likeness"
!macroend
