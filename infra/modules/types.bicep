// A shape that several modules take.

@export()
@description('Tags, or application settings: names and texts.')
type Texts = {
  *: string
}
